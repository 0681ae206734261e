import { ERROR_CODES } from '../../errors.js';

/** The `components` of an OpenAPI document that every error answer refers to. */
export const ERROR_COMPONENTS = {
  securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
  responses: {
    Error: {
      description: 'what, where and what to do',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
    },
  },
  schemas: {
    Error: {
      type: 'object',
      required: ['code', 'message', 'problems'],
      properties: {
        code: { type: 'string', enum: Object.keys(ERROR_CODES) },
        message: { type: 'string' },
        problems: {
          type: 'array',
          items: {
            type: 'object',
            required: ['code', 'at', 'message'],
            properties: {
              code: { type: 'string' },
              at: { type: 'string', description: 'JSON pointer into the input' },
              where: { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 },
              message: { type: 'string' },
            },
          },
        },
      },
    },
  },
};
