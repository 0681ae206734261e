import type { Config } from '../config.js';
import type { PullSettings } from '../desk/subscriptions/puller.js';
import { VERSION } from '../version.js';

/** How files of subscriptions are fetched, as the settings state it. */
export function pullSettings(config: Config): PullSettings {
  const { pullHosts: hosts, pullPrivate: allowPrivate, pullBytes: maxBytes, pullTimeoutMs: timeoutMs } = config;
  const contact = (config.pullContact || config.publicUrl).replace(/[^\x20-\x7e]/g, '');
  const userAgent = `Salient/${VERSION}${contact && ` (+${contact})`}`;
  return { hosts, allowPrivate, maxBytes, timeoutMs, userAgent, everySeconds: config.pullEverySeconds };
}
