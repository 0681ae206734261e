import { addDays, dayNumber, type Instant, type IsoDate } from '../../src/model/dates.js';
import { dueAt } from '../../src/reports/schedule.js';

/** What a clock of a zone shows, by Intl alone and nothing of ours: `2024-03-31 01:00`. */
const shown = (ms: number, of: Intl.DateTimeFormat) => of.format(ms).replace(',', '').replace(' 24:', ' 00:');
const clockOf = (timeZone: string) =>
  new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });

/** The first quarter of an hour at which the clock shows the day and time, or is past them; never before the day has ended its predecessor for good. */
function expected(to: IsoDate, time: string, zone: string): string {
  const clock = clockOf(zone);
  const midnight = dayNumber(to) * 86_400_000;
  const quarters = Array.from({ length: 4 * 44 }, (_, i) => midnight - 16 * 3_600_000 + i * 900_000);
  const last = quarters.findLastIndex((ms) => shown(ms, clock) < `${to} 00:00`);
  const found = quarters.slice(last + 1).find((ms) => shown(ms, clock) >= `${to} ${time}`);
  return new Date(found ?? Number.NaN).toISOString();
}

/** Schedules that come at the wrong instant: every day of some years, at some times of the day, in some zones. */
export function wronglyDue(
  zones: readonly string[],
  from: IsoDate,
  days: number,
  step: number,
): { cases: number; wrong: string[] } {
  const wrong: string[] = [];
  let cases = 0;
  for (const zone of zones) {
    for (let n = 0; n < days; n += step) {
      const to = addDays(from, n);
      const weekday = new Date(`${to}T00:00:00Z`).getUTCDay();
      for (const [time, cron] of [
        ['00:00', `0 0 * * ${weekday}`],
        ['00:30', '30 0 * * *'],
        ['03:30', '30 3 * * *'],
      ] as const) {
        const period = { every: 'day', kind: 'calendar', time_zone: zone } as const;
        const due = dueAt({ period, schedule: { cron, time_zone: zone }, since: null }, { to }) as Instant;
        cases++;
        if (due !== expected(to, time, zone))
          wrong.push(`${zone} ${cron} to ${to}: ${due}, not ${expected(to, time, zone)}`);
      }
    }
  }
  return { cases, wrong };
}
