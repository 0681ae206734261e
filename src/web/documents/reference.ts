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
    // No address of ours is sent elsewhere to be judged.
    validatorUrl: null,
  });
}
