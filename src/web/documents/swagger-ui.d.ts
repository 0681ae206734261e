declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  /** Draws an OpenAPI document into a node. */
  // biome-ignore lint/style/noDefaultExport: the library has no other
  export default function SwaggerUI(options: Record<string, unknown>): void;
}
