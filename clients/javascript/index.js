import createClient from 'openapi-fetch';

/** What a service refused, and why. */
export class SalientError extends Error {
  constructor(status, { code = 'http_error', message = `status ${status}`, problems = [] } = {}) {
    super(`${message} (${code})`);
    this.name = 'SalientError';
    this.status = status;
    this.code = code;
    this.problems = problems;
  }
}

/** Client of the service at `baseUrl`; every refusal is thrown as a SalientError. */
export function createSalient(baseUrl, { token, ...options } = {}) {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const client = createClient({ baseUrl, ...options, headers: { ...headers, ...options.headers } });
  client.use({
    async onResponse({ response }) {
      if (response.ok) return undefined;
      const body = await response
        .clone()
        .json()
        .catch(() => ({}));
      throw new SalientError(response.status, body);
    },
  });
  return client;
}
