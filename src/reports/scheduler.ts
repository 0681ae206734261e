import { type JobQueue, openJobQueue } from '../store/job-queue.js';
import type { Db } from '../store/pool.js';
import { type DeliverySettings, deliverReport } from './deliver.js';
import { openDeliveries } from './deliveries.sql.js';
import { dueReports } from './due.js';
import { issueReport } from './issue.js';
import type { Period } from './periods.js';

export interface RunnerSettings extends DeliverySettings {
  /** Seconds between two looks at what is due. */
  everySeconds: number;
}

const [LOOK, ISSUE, DELIVER] = ['salient-look', 'salient-issue', 'salient-deliver'] as const;
const LONGEST_PAUSE_S = 3600;

/**
 * Makes and delivers due reports until closed. Any number of processes on one database may do so: a look, a report and
 * a delivery are each done by one of them. What is due is read from the store at every look, never remembered: a
 * process that ends, or a service that was down for a month, leaves nothing out.
 */
export async function runReports(db: Db, settings: RunnerSettings, log: (line: string) => void): Promise<JobQueue> {
  const queue = await openJobQueue(db, [LOOK, ISSUE, DELIVER], (error) => log(`reports: ${error.message}`));
  const failures = new Map<string, number>();

  await queue.work(LOOK, async () => {
    for (const { report, period } of await dueReports(db)) {
      await queue.put(ISSUE, `${report}/${period.key}`, { report, period });
    }
    for (const { no } of await openDeliveries(db)) await queue.put(DELIVER, String(no), { no });
  });
  await queue.work<{ report: string; period: Period }>(ISSUE, async ({ report, period }) => {
    const key = `${report}/${period.key}`;
    try {
      const { outcome, edition, deliveries } = await issueReport(db, report, period);
      failures.delete(key);
      if (edition !== null) log(`${report} ${period.key}: ${outcome}, edition ${edition}`);
      for (const no of deliveries) await queue.put(DELIVER, String(no), { no });
    } catch (error) {
      const times = (failures.get(key) ?? 0) + 1;
      failures.set(key, times);
      log(`${report} ${period.key}: ${(error as Error).message}`);
      // Where even that cannot be written down, the next look finds it again.
      await queue.put(ISSUE, key, { report, period }, Math.min(5 * 2 ** times, LONGEST_PAUSE_S)).catch(() => {});
    }
  });
  await queue.work<{ no: number }>(DELIVER, async ({ no }) => {
    const again = await deliverReport(db, settings, no);
    if (again !== null) await queue.put(DELIVER, String(no), { no }, again);
  });

  const look = () => queue.put(LOOK, 'look', {}).catch((error) => log(`reports: ${error.message}`));
  const timer = setInterval(look, settings.everySeconds * 1000);
  await look();
  return {
    ...queue,
    async close() {
      clearInterval(timer);
      await queue.close();
    },
  };
}
