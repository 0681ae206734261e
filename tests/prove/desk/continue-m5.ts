/*
 * The bundled M5 series is kept at the desk: the position of post 3 (Sheikh Aqil), which docs/m5.md doubts, is proposed anew and
 * reviewed, and the series is continued by a claim. Verdicts and reports follow, what was known before can still be requested, and
 * all of it holds when the service loads the files of the bundle again. Over HTTP alone.
 */

/** One line of the story: what must be so, and whether it is. */
export type Holds = (what: string, so: boolean, seen?: unknown) => void;

interface Post {
  operator: string;
  number: number;
  verdict: string;
}
interface Proposed {
  proposal: number;
  preview: {
    posts: { number: number; before: string; after: string }[];
    reports: { report: string; period: string | null }[];
    change: { from: string; to: string; km2: number }[];
    notes: string[];
  };
}

const SOURCES = [{ url: 'https://example.org/sheikh-aqil', publisher: 'A survey', stance: 'independent' }];
const WORDS = { why: 'a survey of the place', sources: SOURCES };

/** @param restart ends the service and starts it again on the same store; returns its new address */
export async function continueM5(
  service: { base: string; restart(): Promise<string> },
  adminToken: string,
  holds: Holds,
): Promise<void> {
  let { base } = service;
  const call = async <T>(path: string, token: string | null = null, body: object | null = null) => {
    const response = await fetch(base + path, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
    });
    return { status: response.status, body: (await response.json()) as T };
  };
  const made = async (name: string, scopes: string) =>
    (await call<{ token: string }>(`/tokens/${name}?scopes=${scopes}`, adminToken, {})).body.token;
  const [ann, ben] = [await made('m5-ann', 'read,write'), await made('m5-ben', 'read,review')];
  const verdict = async (date: string, more = '') => {
    const { body } = await call<{ posts?: Post[] }>(`/encirclement?series=m5&date=${date}${more}`);
    return body.posts?.find(({ operator, number }) => operator === 'turkey' && number === 3)?.verdict;
  };
  const issue = async (period: string) =>
    (await call<{ edition?: number }>(`/reports/m5-weekly/issue?period=${period}`, adminToken, {})).body;
  const approve = (number: number) => call(`/series/m5/proposals/${number}/approve?why=so%20it%20is`, ben, {});

  const first = await issue('2020-W08');
  holds('post 3 of M5 is uncertain on 17 February 2020', (await verdict('2020-02-17')) === 'uncertain');
  const before = new Date().toISOString();

  const geometry = { type: 'Point', coordinates: [36.94, 36.3] };
  const properties = { operator: 'turkey', number: '3', error_m: '300' };
  const records = { type: 'FeatureCollection', features: [{ type: 'Feature', properties, geometry }] };
  const moved = await call<Proposed>('/series/m5/proposals', ann, {
    ...{ ...WORDS, kind: 'posts', date: '2020-02-17', records },
  });
  const [post] = moved.body.preview?.posts ?? [];
  holds(
    'the preview says that its verdict becomes sure',
    post?.before === 'uncertain' && post.after === 'encircled',
    moved,
  );
  const corrected = moved.body.preview?.reports.map(({ report, period }) => `${report} ${period}`) ?? [];
  holds('and that the issued report of the week is corrected', corrected.includes('m5-weekly 2020-W08'), corrected);
  holds('nothing is so before the approval', (await verdict('2020-02-17')) === 'uncertain');
  const approved = await approve(moved.body.proposal);
  holds('it is approved', approved.status === 200, approved);
  holds('the verdict follows', (await verdict('2020-02-17')) === 'encircled', await verdict('2020-02-17'));
  const second = await issue('2020-W08');
  holds('the report has a corrected edition', (second.edition ?? 0) > (first.edition ?? 0), { first, second });

  const claim = { kind: 'captured', place: 'sheikh-aqil', party: 'opposition', complete_until: '2020-03-15' };
  const words = { ...WORDS, kind: 'claim', date: '2020-03-10', claim };
  const claimed = await call<Proposed>('/series/m5/proposals', ann, words);
  holds('a claim after the last day would move ground', (claimed.body.preview?.change.length ?? 0) > 0, claimed);
  const released = await approve(claimed.body.proposal);
  holds('it is approved too', released.status === 200, released);

  const isSo = async (when: string) => {
    const dates = (await call<{ dates: string[] }>('/series/m5/dates')).body.dates;
    holds(`the series goes on to 10 March ${when}`, dates.includes('2020-03-10'), dates.slice(-3));
    const seen = [await verdict('2020-03-09'), await verdict('2020-03-11')];
    holds(`post 3 is cut off on the 9th and open on the 11th ${when}`, seen.join() === 'encircled,not_encircled', seen);
    const then = await verdict('2020-02-17', `&known-at=${encodeURIComponent(before)}`);
    holds(`as known before, it is uncertain ${when}`, then === 'uncertain', then);
  };
  await isSo('after the approval');
  const week = await issue('2020-W11');
  holds('the report of the new week is made', (week.edition ?? 0) > 0, week);
  base = await service.restart();
  await isSo('after the files of the bundle were loaded again');
  const audit = await call<{ entries: number; broken_at: number | null }>('/audit/verify', adminToken);
  holds('the audit log holds', audit.body.entries > 0 && audit.body.broken_at === null, audit);
}
