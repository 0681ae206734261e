import type { RequestHandler } from 'express';
import { log } from '../log.js';
import { writeBackup } from '../store/backup.js';
import { wordsOf } from '../store/standing-failures.js';
import { principalOf } from './access/principals.js';
import { searchOf } from './base.js';
import { readParameters } from './parameters.js';
import type { Service } from './service.js';

/** Its description in OpenAPI. */
export const BACKUP = { path: '/backup', summary: 'Everything in the store as one file, for salient restore' } as const;

/** Streams a backup to the operator: it holds what no other answer contains (maps under review, withdrawn ones, who decided). */
export function backupRoute(service: Service): RequestHandler {
  return async (request, response) => {
    await service.guard.demand(principalOf(response), 'admin');
    readParameters({}, searchOf(request));
    response.set({ 'content-type': 'application/gzip', 'cache-control': 'no-store' });
    try {
      await writeBackup(service.db, response);
    } catch (error) {
      if (!response.headersSent) throw error;
      // Half of it is sent: only a broken connection shows that the rest is missing.
      response.destroy();
      log.error(
        { error: wordsOf(error) },
        'a backup broke off half way: whoever asked for it sees a broken connection',
      );
    }
  };
}
