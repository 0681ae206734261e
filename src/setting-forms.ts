import { isIP } from 'node:net';

/** How the text of a setting becomes its value; throws an Error that states what was expected. */
export type Read<Value> = (text: string) => Value;

export const asIs: Read<string> = (text) => text;
export const orNull: Read<string | null> = (text) => text || null;
export const list: Read<string[]> = (text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
const lowerCaseList: Read<string[]> = (text) => list(text).map((item) => item.toLowerCase());
export const number =
  (least: number, most: number, unit = 1): Read<number> =>
  (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < least || value > most) {
      throw new Error(`${JSON.stringify(text)}: expected a number from ${least} to ${most}`);
    }
    return value * unit;
  };
/** For what there are no halves of. */
export const whole =
  (least: number, most: number): Read<number> =>
  (text) => {
    if (!/^\s*\d+\s*$/.test(text) || Number(text) < least || Number(text) > most) {
      throw new Error(`${JSON.stringify(text)}: expected a whole number from ${least} to ${most}`);
    }
    return Number(text);
  };
export const oneOf =
  <Value extends string>(values: readonly Value[]): Read<Value> =>
  (text) => {
    const found = values.find((value) => value === text);
    if (found === undefined) throw new Error(`${JSON.stringify(text)}: expected one of ${values.join(', ')}`);
    return found;
  };

/** Shorter ones are guessed. */
const SHORTEST_TOKEN = 16;

export const writeToken: Read<string | null> = (text) => {
  if (text === '') return null;
  if (text.length < SHORTEST_TOKEN || /[^\x21-\x7e]/.test(text.trim().replaceAll(' ', ''))) {
    throw new Error(`…: expected ${SHORTEST_TOKEN} characters or more, such as: openssl rand -base64 32`);
  }
  return text;
};

export const smtpUrl: Read<string | null> = (text) => {
  if (text === '') return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') {
    throw new Error('…: expected smtp://host:port or smtps://host:port');
  }
  return text;
};

/** An issuer is spoken to over TLS; over plain HTTP on this machine only. */
export const issuer: Read<string | null> = (text) => {
  if (text === '') return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  const local = url?.protocol === 'http:' && /^(localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname);
  if (!url || (url.protocol !== 'https:' && !local) || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new Error(`${JSON.stringify(text)}: expected https://… without query (http:// on this machine only)`);
  }
  return text;
};

export const scopes: Read<string> = (text) => {
  if (text.split(' ').includes('openid') && /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(text))
    return text;
  throw new Error(`${JSON.stringify(text)}: expected scopes separated by blanks, openid among them`);
};

export const frameAncestors: Read<string> = (text) => {
  if (/^(\*|'none'|('self'|https?:\/\/[\w.*-]+(:\d+)?)( ('self'|https?:\/\/[\w.*-]+(:\d+)?))*)$/.test(text))
    return text;
  throw new Error(`${JSON.stringify(text)}: expected *, 'none', 'self' or origins separated by blanks`);
};

/** A name or an address, and a port; no scheme, and no path. */
const HOST = /^([a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\.?|\[[0-9a-f:.]+\])(:\d{1,5})?$/;

/** Hosts separated by commas, each as addresses spell it. */
const hosts =
  (expected: string, isHost = (host: string) => HOST.test(host)): Read<string[]> =>
  (text) => {
    const wrong = lowerCaseList(text).find((host) => !isHost(host));
    if (wrong !== undefined) throw new Error(`${JSON.stringify(wrong)}: expected ${expected}, separated by commas`);
    return lowerCaseList(text);
  };

export const hostsWithPort = hosts('hosts such as maps.example.org or maps.example.org:8443, without https://');

/** Hosts and, as `*.example.org`, all below one. */
export const hostsAndBelow = hosts('hosts such as maps.example.org, or *.example.org for those below one', (host) =>
  HOST.test(host.replace(/^\*\./, '')),
);

export const addresses: Read<string[]> = (text) => {
  const wrong = list(text).find((address) => isIP(address) === 0);
  if (wrong !== undefined) {
    throw new Error(`${JSON.stringify(wrong)}: expected addresses such as 10.0.0.1, separated by commas`);
  }
  return list(text);
};

export const filled =
  (expected: string): Read<string> =>
  (text) => {
    if (text.trim() === '') throw new Error(`${JSON.stringify(text)}: expected ${expected}`);
    return text;
  };

const webAddress = (text: string): URL | null => {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url && ['http:', 'https:'].includes(url.protocol) && url.hostname !== '' ? url : null;
};

/** Where others reach the service: paths are put behind it. */
export const publicUrl: Read<string> = (text) => {
  const url = webAddress(text);
  if (text !== '' && (url?.search !== '' || url.hash !== '' || url.username !== '')) {
    throw new Error(`${JSON.stringify(text)}: expected an address such as https://maps.example.org`);
  }
  return text.replace(/\/+$/, '');
};

/** What is no address is a file, which the start looks for. */
export const addressOrFile: Read<string> = (text) => {
  if (URL.canParse(text) && !webAddress(text)) {
    throw new Error(`${JSON.stringify(text)}: expected an address (https://…) or a file`);
  }
  return text;
};

export const mailbox: Read<string> = (text) => {
  if (text === '' || /^([^<>\r\n]*<[^@\s<>]+@[^@\s<>]+>|[^@\s<>]+@[^@\s<>]+)$/.test(text.trim())) return text;
  throw new Error(`${JSON.stringify(text)}: expected an address such as Maps <maps@example.org>`);
};
