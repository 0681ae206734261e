import type { Element } from '@xmldom/xmldom';

/** When a feature holds, in XML's words: from a day on, until one (null: open), as KML's TimeSpan or TimeStamp has it. */
export interface KmlTime {
  begin: string | null;
  end: string | null;
  /** A moment and no span: it states nothing about the days after it. */
  moment: boolean;
}

export function childrenOf(element: Element): Element[] {
  return Array.from(element.childNodes).filter((node): node is Element => node.nodeType === 1);
}

/** A feature is shown only where it and every container around it is (OGC 07-147r2, 9.1.3.1.1). */
export function isHidden(feature: Element): boolean {
  return withContainers(feature).some((element) => textOf(element, 'visibility') === '0');
}

/** The time of a feature, or of the nearest container that states one. */
export function timeOf(feature: Element): KmlTime | null {
  for (const element of withContainers(feature)) {
    const children = childrenOf(element);
    const span = children.find(({ localName }) => localName === 'TimeSpan');
    if (span) return { begin: textOf(span, 'begin'), end: textOf(span, 'end'), moment: false };
    const stamp = children.find(({ localName }) => localName === 'TimeStamp');
    if (stamp) return { begin: textOf(stamp, 'when'), end: null, moment: true };
  }
  return null;
}

function withContainers(feature: Element): Element[] {
  const found: Element[] = [];
  for (let node = feature.parentNode ? feature : null; node && node.nodeType === 1; ) {
    found.push(node);
    node = node.parentNode as Element | null;
  }
  return found;
}

function textOf(element: Element, name: string): string | null {
  const text = childrenOf(element)
    .find(({ localName }) => localName === name)
    ?.textContent?.trim();
  return text === undefined || text === '' ? null : text;
}
