import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Spawned, spawnService, temporaryFolder } from '../../setup/spawned.js';
import { continueM5 } from './continue-m5.js';

/*
 * `npm run prove:desk`: the story of a living map, from nothing, on an embedded database of its own. Three people (ann
 * contributes, ben and cid review) take a series of three days from creation to withdrawal over HTTP, while a stranger's
 * browser and a stranger's requests are watched. Then the bundled M5 series is continued. The last line says what held; the exit code is 0 when all of it did.
 */

const WRITE_TOKEN = 'prove-desk-write-token';
const CHROMIUM = '/usr/bin/chromium';
const SERIES = 'story';
const DAYS = ['2024-05-01', '2024-05-02', '2024-05-03'] as const;
const SOURCE = { url: 'https://example.org/report', publisher: 'A paper' };
const box = (west: number, south: number, east: number, north: number) => ({
  type: 'Polygon',
  coordinates: [
    [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ],
  ],
});

const held: string[] = [];
const broken: string[] = [];

/** One line of the story: what must be so, and whether it is. */
function holds(what: string, so: boolean, seen: unknown = ''): void {
  (so ? held : broken).push(what);
  process.stdout.write(`${so ? 'holds ' : 'BROKEN'} ${what}${so ? '' : `: ${JSON.stringify(seen)?.slice(0, 500)}`}\n`);
}

/** Requests of one person; null is a stranger. */
function person(base: string, token: string | null) {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  const answered = async (response: Response) => ({
    status: response.status,
    // biome-ignore lint/suspicious/noExplicitAny: a story reads a field here and there of many answers
    body: (await response.json().catch(() => null)) as any,
  });
  return {
    get: async (path: string) => answered(await fetch(base + path, { headers })),
    text: async (path: string) => (await fetch(base + path, { headers })).text(),
    post: async (path: string, body: object | null = null) =>
      answered(
        await fetch(base + path, {
          method: 'POST',
          headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
          ...(body && { body: JSON.stringify(body) }),
        }),
      ),
    map: async (path: string, map: object) =>
      answered(
        await fetch(base + path, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/geo+json' },
          body: JSON.stringify(map),
        }),
      ),
  };
}
type Person = ReturnType<typeof person>;

/** What a stranger can read of the series, as text: every answer that a change would show in. */
async function publicView(stranger: Person): Promise<string> {
  const paths = [
    ...DAYS.flatMap((date) => [
      `/control?series=${SERIES}&date=${date}`,
      `/front?series=${SERIES}&date=${date}`,
      `/tiles/${SERIES}/6/37/24.mvt?date=${date}`,
      `/ogc/collections/${SERIES}_control/items?datetime=${date}`,
    ]),
    `/change?series=${SERIES}&from=${DAYS[0]}&to=${DAYS[2]}`,
    `/series/${SERIES}/dates`,
    `/series/${SERIES}/snapshots`,
    `/claims?series=${SERIES}`,
    `/tiles/${SERIES}.json?date=${DAYS[2]}`,
    `/snapshots/${SERIES}/${DAYS[1]}.geojson`,
  ];
  const answers = await Promise.all(paths.map((path) => stranger.text(path)));
  // The instant at which an answer was asked is no part of the map.
  return answers.join('\n').replace(/"(known_at|timeStamp|now)":\s*"[^"]*"/g, '');
}

/** A party's ground on a day, km², as the public reads it. */
const km2Of = async (stranger: Person, date: string, party: string, more = ''): Promise<number> => {
  const { body } = await stranger.get(`/ogc/collections/${SERIES}_control/items?datetime=${date}${more}`);
  const areas = body.features as { properties: { party: string | null; status: string; km2: number } }[];
  return areas
    .filter(({ properties }) => properties.party === party && properties.status === 'controlled')
    .reduce((sum, { properties }) => sum + properties.km2, 0);
};

/** How many areas of a status a day has, as the public reads it. */
const areasOf = async (stranger: Person, date: string, status: string): Promise<number> => {
  const { body } = await stranger.get(`/ogc/collections/${SERIES}_control/items?datetime=${date}`);
  return (body.features as { properties: { status: string } }[]).filter(
    ({ properties }) => properties.status === status,
  ).length;
};

/** Ann draws on the page, and ben decides on the page, each in a browser of their own. */
async function drawOnPage(
  base: string,
  watched: Page,
  secrets: ReadonlyMap<string, string>,
  areas: (date: string, status: string) => Promise<number>,
): Promise<void> {
  const browser = watched.context().browser() as Browser;
  const signedIn = async (name: string): Promise<Page> => {
    const page = await (await browser.newContext({ viewport: { width: 1200, height: 800 } })).newPage();
    await page.goto(`${base}/desk?series=${SERIES}`);
    await page.getByLabel('Your token').fill(secrets.get(name) ?? '');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Proposals' }).waitFor({ timeout: 60_000 });
    return page;
  };
  const ann = await signedIn('ann');
  await ann.getByRole('button', { name: 'Draw a change' }).click();
  await ann.getByRole('button', { name: 'Area' }).click();
  const map = await ann.locator('#map').boundingBox();
  await ann.mouse.click((map?.x ?? 0) + (map?.width ?? 0) * 0.75, (map?.y ?? 0) + (map?.height ?? 0) / 2);
  await ann.getByLabel('Status').selectOption('contested');
  await ann.getByRole('button', { name: 'See what it would do' }).click();
  const effect = ann.getByRole('region', { name: 'What it would do' });
  await effect.waitFor({ timeout: 60_000 });
  const told = (await effect.textContent()) ?? '';
  holds(
    'ann draws on the page, which says what it would do before she sends it',
    /km² from .* to contested/i.test(told),
    told,
  );
  holds('nothing is stored by looking', (await areas(DAYS[1], 'contested')) === 0);
  await ann.getByLabel('Why').fill('both shell it');
  await ann.getByLabel('Source, its address').fill(SOURCE.url);
  await ann.getByLabel('Who publishes it').fill(SOURCE.publisher);
  await ann.getByRole('button', { name: 'Propose', exact: true }).click();
  await ann.getByText('Somebody else decides').waitFor({ timeout: 60_000 });
  const ben = await signedIn('ben');
  await ben.getByRole('button', { name: /both shell it/ }).click();
  await ben.getByLabel('Your words').fill('three reports agree');
  await ben.getByRole('button', { name: 'Approve' }).click();
  await ben.getByText('approves: three reports agree').waitFor({ timeout: 60_000 });
  holds('ben approves on the page, and the public sees it', (await areas(DAYS[1], 'contested')) === 1);
}

/** What a proposal would give to a party, km²: gains less losses. */
const netOf = (answer: { body: { preview?: { parties: { party: string; net_km2: number }[] } } }, party: string) =>
  answer.body?.preview?.parties.find((row) => row.party === party)?.net_km2 ?? 0;

async function play(base: string, watched: Page | null): Promise<void> {
  const stranger = person(base, null);
  const keeper = person(base, WRITE_TOKEN);
  const secrets = new Map<string, string>();
  const token = async (name: string, scopes: string) => {
    const { status, body } = await keeper.post(`/tokens/${name}?scopes=${scopes}`);
    holds(`${name} has a token for ${scopes}`, status === 201 || status === 200, { status, body });
    const secret = String(body?.token ?? body?.text ?? '');
    secrets.set(name, secret);
    return person(base, secret);
  };
  const [ann, ben, cid] = [
    await token('ann', 'read,write'),
    await token('ben', 'read,write,review'),
    await token('cid', 'read,write,review'),
  ];

  // Three days from nothing: the border moves east by a tenth of a degree a day.
  for (const [n, date] of DAYS.entries()) {
    const edge = 30.5 + n / 10;
    const feature = (party: string, geometry: object) => ({ type: 'Feature', properties: { party }, geometry });
    const map = {
      type: 'FeatureCollection',
      features: [feature('aland', box(30, 40, edge, 40.5)), feature('borland', box(edge, 40, 31, 40.5))],
    };
    const create =
      n === 0 ? '&create=true&title=Story&publisher=Us&licence=CC0-1.0&accuracy=100' : '&accept=the%20story';
    const made = await ben.map(
      `/series/${SERIES}/snapshots?date=${date}&source=https%3A%2F%2Fexample.org%2F${n}${create}`,
      map,
    );
    holds(`the map of ${date} is stored`, made.status === 201 || made.status === 200, made);
  }
  holds('a stranger cannot propose', (await stranger.post(`/series/${SERIES}/proposals`, {})).status >= 401);
  if (watched) {
    await watched.goto(`${base}/?series=${SERIES}#date=${DAYS[1]}`);
    await watched.locator('body[data-ready]').waitFor({ state: 'attached', timeout: 60_000 });
  }
  const quiet = await publicView(stranger);
  const unchanged = async (when: string) =>
    holds(`the public sees nothing ${when}`, (await publicView(stranger)) === quiet);

  const draw = (by: Person, geometry: object, why: string) =>
    by.post(`/series/${SERIES}/proposals`, {
      ...{ kind: 'edit', date: DAYS[1], why, sources: [SOURCE], geometry, party: 'aland' },
    });
  const numberOf = (answer: { body: { proposal?: { number?: number; id?: number } | number } }) => {
    const proposal = answer.body?.proposal;
    return typeof proposal === 'number' ? proposal : (proposal?.number ?? proposal?.id ?? -1);
  };
  const act = (by: Person, number: number, what: string, query: string) =>
    by.post(`/series/${SERIES}/proposals/${number}/${what}?${query}`);

  // A drawing that is rejected, then drawn again.
  const first = await draw(ann, box(30.6, 40.1, 30.8, 40.3), 'the town fell');
  holds('ann draws, and the preview says what would pass', netOf(first, 'aland') > 300, first.body);
  await unchanged('of a drawing that waits');
  const picture = await ben.get(`/series/${SERIES}/proposals/${numberOf(first)}?f=geojson`);
  holds('a reviewer sees the map as it would be', picture.body?.type === 'FeatureCollection', picture);
  holds('a stranger does not', (await stranger.get(`/series/${SERIES}/proposals/${numberOf(first)}`)).status >= 401);
  const own = await act(ann, numberOf(first), 'approve', 'why=mine');
  holds('ann cannot approve her own drawing', own.status === 403, own);
  const rejected = await act(ben, numberOf(first), 'reject', 'why=the%20picture%20is%20old');
  holds('ben rejects it with a reason', rejected.status === 200, rejected);
  await unchanged('of a rejected drawing');

  const second = await draw(ann, box(30.6, 40.2, 30.7, 40.3), 'half of the town fell');
  // Two reviewers at the same moment: one decision.
  const both = await Promise.all(
    [ben, cid].map((by) => act(by, numberOf(second), 'approve', 'why=two%20sources&embargo=true')),
  );
  const good = both.filter(({ status }) => status === 200).length;
  holds('two reviewers at the same moment make one decision', good === 1, both);
  await unchanged('of an approved drawing under embargo');

  const before = await km2Of(stranger, DAYS[1], 'aland');
  const started = new Date().toISOString();
  const reload = watched?.waitForResponse((response) => response.url().includes('/web/day'), { timeout: 30_000 });
  reload?.catch(() => {});
  const released = await act(cid, numberOf(second), 'release', '');
  holds('cid releases it', released.status === 200, released);
  const after = await km2Of(stranger, DAYS[1], 'aland');
  const grown = netOf(second, 'aland');
  holds('the public map grows by what the preview said', Math.abs(after - before - grown) < 1e-5, {
    before,
    after,
    grown,
  });
  const then = await km2Of(stranger, DAYS[1], 'aland', `&known-at=${encodeURIComponent(started)}`);
  holds('known-at before the release answers as before', Math.abs(then - before) < 1e-9, { then, before });
  if (watched && reload) {
    const came = await reload.then(
      () => true,
      () => false,
    );
    holds('an open page asks again without a reload', came);
  }

  // A correction of the map under an open drawing, and a withdrawal.
  const third = await draw(ann, box(30.6, 40.1, 30.9, 40.4), 'the valley fell');
  const corrected = await draw(ben, box(30.7, 40.1, 30.75, 40.2), 'a village fell');
  await act(cid, numberOf(corrected), 'approve', 'why=seen%20on%20film');
  const conflict = await act(cid, numberOf(third), 'approve', 'why=it%20fell');
  holds('a drawing over a map that was corrected meanwhile is a stated conflict', conflict.status === 409, conflict);
  const rebased = await act(cid, numberOf(third), 'approve', 'why=it%20fell&rebase=true');
  holds('a person settles it', rebased.status === 200, rebased);
  const change = await stranger.get(`/change?series=${SERIES}&from=${DAYS[0]}&to=${DAYS[2]}`);
  const net = (change.body.net as { km2: number }[]).reduce((sum, { km2 }) => sum + km2, 0);
  holds('the matrix balances', Math.abs(net) < 1e-6, change.body.net);
  const withdrawal = await ann.post(`/series/${SERIES}/proposals`, {
    ...{ kind: 'withdrawal', date: DAYS[2], why: 'drawn from a hoax', sources: [SOURCE] },
  });
  const gone = await act(ben, numberOf(withdrawal), 'approve', 'why=a%20hoax%20it%20was');
  holds('a withdrawal is proposed and approved', gone.status === 200, { withdrawal, gone });
  const { body: dates } = await stranger.get(`/series/${SERIES}/dates`);
  holds('the withdrawn day is no map any more', !(dates.dates as string[]).includes(DAYS[2]), dates);
  if (watched) await drawOnPage(base, watched, secrets, (date, status) => areasOf(stranger, date, status));
  const audit = await keeper.get('/audit/verify');
  holds('the audit log holds', audit.status === 200 && audit.body.entries > 0 && audit.body.broken_at === null, audit);
}

async function main(): Promise<void> {
  let browser: Browser | null = null;
  let service: Spawned | null = null;
  try {
    service = spawnService({
      ...{
        SALIENT_DATA: temporaryFolder(),
        SALIENT_GEODATA: '',
        SALIENT_WRITE_TOKEN: WRITE_TOKEN,
        SALIENT_LOG_LEVEL: 'silent',
      },
    });
    const base = await service.address;
    if (existsSync(CHROMIUM)) {
      browser = await chromium.launch({
        executablePath: CHROMIUM,
        args: ['--headless', '--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
      });
    } else process.stdout.write(`no ${CHROMIUM}: the page is not watched\n`);
    await play(base, browser ? await browser.newPage() : null);
    await service.end('SIGTERM');
    const settings = { SALIENT_DATA: temporaryFolder(), SALIENT_WRITE_TOKEN: WRITE_TOKEN, SALIENT_LOG_LEVEL: 'silent' };
    service = spawnService(settings);
    const restart = async () => {
      await service?.end('SIGTERM');
      service = spawnService(settings);
      return service.address;
    };
    await continueM5({ base: await service.address, restart }, WRITE_TOKEN, holds);
  } catch (error) {
    holds('the story is told to its end', false, error instanceof Error ? (error.stack ?? error.message) : error);
  } finally {
    await browser?.close();
    await service?.end('SIGTERM');
  }
  process.stdout.write(
    `held: ${held.length} of ${held.length + broken.length}${broken.length > 0 ? `; broken: ${broken.join('; ')}` : ''}\n`,
  );
  process.exitCode = broken.length === 0 ? 0 : 1;
}

await main();
