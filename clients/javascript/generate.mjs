// Writes api.d.ts from what a running service says of itself: node generate.mjs http://127.0.0.1:8080
import { writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const [base = process.env.SALIENT_URL ?? 'http://127.0.0.1:8080', file = new URL('api.d.ts', import.meta.url)] =
  process.argv.slice(2);
const answer = await fetch(new URL('openapi.json', `${base.replace(/\/+$/, '')}/`));
if (!answer.ok) throw new Error(`${base}/openapi.json: ${answer.status}`);
writeFileSync(file, astToString(await openapiTS(await answer.json())));
