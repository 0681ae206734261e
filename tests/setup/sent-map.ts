import { CREDENTIAL } from './credential.js';
import type { serviceOn } from './service.js';

/** What a series is made with, by its first map. */
export const WHOLE = { create: 'true', title: 'T', publisher: 'P', licence: 'L', accuracy: '100' };

/** Sends a map as a form, as people do, in one party a property `side`; with the theatre of its series where one is given. */
export async function sendMap(
  service: ReturnType<typeof serviceOn>,
  series: string,
  { map, theatre, query }: { map: object; theatre?: object; query: Record<string, string> },
) {
  const form = new FormData();
  form.append('map', new Blob([JSON.stringify(map)]), 'map.geojson');
  if (theatre) form.set('theatre', new Blob([JSON.stringify(theatre)]));
  const search = new URLSearchParams({ 'party-property': 'side', ...query });
  const response = await service.get(`/series/${series}/snapshots?${search}`, {
    method: 'POST',
    body: form,
    headers: CREDENTIAL,
  });
  return { status: response.status, body: await response.json() };
}
