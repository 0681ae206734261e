import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';

/** The API reference: every route of the service's own OpenAPI, which can be tried where it stands. */
const place = document.querySelector<HTMLElement>('#reference');
if (place) {
  SwaggerUI({
    domNode: place,
    url: place.dataset.openapi ?? '/openapi.json',
    deepLinking: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: -1,
    displayRequestDuration: true,
    filter: true,
    tryItOutEnabled: true,
    syntaxHighlight: { theme: 'tomorrow-night' },
    // No address of ours is sent elsewhere to be judged.
    validatorUrl: null,
  });
}

/** Parts of Swagger UI outside of its main part, as regions with a name. */
const REGIONS = {
  '.information-container': 'About',
  '.scheme-container': 'Server and credentials',
  '.filter': 'Filter',
};

/** What Swagger UI leaves out for readers of screens: its markup is its own, so it is completed where it stands in the page. */
function complete(drawn: HTMLElement): void {
  for (const [selector, name] of Object.entries(REGIONS)) {
    for (const region of drawn.querySelectorAll(`${selector}:not([role])`)) {
      region.setAttribute('role', 'region');
      region.setAttribute('aria-label', name);
    }
  }
  // Its titles leave out the level below the title of the page.
  for (const title of drawn.querySelectorAll(':is(h3, h4, h5, h6):not([aria-level])')) {
    title.setAttribute('role', 'heading');
    title.setAttribute('aria-level', String(Number(title.tagName.slice(1)) - 1));
  }
  for (const list of drawn.querySelectorAll('select:not([aria-label])')) {
    list.setAttribute('aria-label', list.closest('[data-param-name]')?.getAttribute('data-param-name') ?? 'Server');
  }
  // What scrolls is reached by the keyboard.
  for (const code of drawn.querySelectorAll('pre.microlight:not([tabindex])')) code.setAttribute('tabindex', '0');
  // The button around it opens the same operation.
  for (const link of drawn.querySelectorAll('.opblock-summary-control a[href]')) link.removeAttribute('href');
}
if (place) {
  const watch = new MutationObserver(() => complete(place));
  watch.observe(place, { childList: true, subtree: true });
}
