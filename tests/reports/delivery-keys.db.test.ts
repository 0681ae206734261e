import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Instant } from '../../src/model/dates.js';
import { defineAlert } from '../../src/reports/alerts/ask.js';
import { defineReport } from '../../src/reports/define.js';
import { openScheduler } from '../../src/reports/scheduler.js';
import { loadBundle } from '../../src/series/bundle/load-bundle.js';
import { parseBundle } from '../../src/series/bundle/read-bundle.js';
import { deriveSeries } from '../../src/series/derivation/derive.js';
import type { Db } from '../../src/store/pool.js';
import { database, onEachDatabase } from '../setup/databases.js';
import { type MailServer, openMailServer } from '../setup/mail-server.js';
import { valley } from '../setup/valley.js';

let mail: MailServer;
beforeAll(async () => {
  mail = await openMailServer();
});
afterAll(() => mail.close());

const ID = 'same-everywhere';
const ADDRESS = `${ID}@desk.example.org`;
const quiet = () => {};

/** A service of which everything has the name that it has in every other, and which sends all that there is. */
async function sendAll(db: Db) {
  const known = async (claims: (text: string) => string) => {
    await loadBundle(db, parseBundle(valley(ID, { 'claims.csv': claims })), quiet);
    await deriveSeries(db, ID, {}, quiet);
  };
  await known((text) => `${text.split('\n')[0]}\n`);
  const recipients = { emails: [ADDRESS] };
  await defineAlert(db, { id: ID, title: 'Places', series: ID, when: { kind: 'place' }, recipients });
  await defineReport(db, {
    id: ID,
    title: 'Months',
    series: ID,
    period: { every: 'custom', from: '2021-03-01', to: '2021-04-01' },
    recipients,
  });
  const settings = { everySeconds: 0, folder: null, secret: 's', allowPrivate: [], publicUrl: 'https://maps.example.org', smtpUrl: mail.url, mailFrom: 'Maps <maps@example.org>' }; // biome-ignore format: one line
  let now = Date.now();
  const scheduler = openScheduler(
    db,
    { ...settings, clock: async () => new Date(now).toISOString() as Instant },
    { info: quiet, warn: quiet },
  );
  const step = async () => {
    now += 60_000;
    await scheduler.tick();
    await scheduler.drain();
  };
  await step();
  await known((text) => text);
  await step();
  const sent = mail.received.splice(0);
  return { step, ids: sent.map(({ messageId }) => String(messageId)) };
}

onEachDatabase(
  'messages of two services whose reports and alerts have the same names',
  (open) => {
    it('have no Message-ID in common, and a delivery under way over an upgrade keeps its own', {
      timeout: 180_000,
    }, async () => {
      const db = await open();
      const anew = await database(db.engine, 'begun-anew');
      const first = await sendAll(db);
      const second = await sendAll(anew);
      const ids = [...first.ids, ...second.ids];
      expect(first.ids.length).toBeGreaterThan(2);
      expect(second.ids.length).toBe(first.ids.length);
      expect(new Set(ids).size).toBe(ids.length);
      // As an older version stored it: the message of an edition to one more recipient, refused once.
      await db.query(
        `insert into delivery (edition, kind, target, key) select edition, 'email', 'late@desk.example.org', 'same/2021-03/1/email/0123456789abcdef'
         from delivery where edition is not null limit 1`,
      );
      mail.refuse = 1;
      for (let tries = 0; tries < 3; tries++) await first.step();
      expect(mail.received.map(({ messageId }) => messageId)).toEqual([
        '<same.2021-03.1.email.0123456789abcdef@salient>',
      ]);
    });
  },
  'two-services',
);
