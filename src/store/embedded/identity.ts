import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * PostgreSQL draws a number by which it knows a cluster, when it creates it: it stands at the beginning of global/pg_control, and on
 * the first page of each file of the log. A cluster that is a copy of another gets its own here, as one that initdb makes.
 */

/** Castagnoli, as PostgreSQL uses it. */
const POLYNOMIAL = 0x82f63b78;

function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** Where the sum over what is before it may stand in pg_control: its length changes with each major version. */
const SUM_FROM = 200;
const SUM_TO = 500;
/** The secret that is drawn with the number (`mock_authentication_nonce`, 32 bytes) ends three bytes before the sum. */
const NONCE = { before: 35, bytes: 32 };
/** The first page of a file of the log has a long header: the flag, and where it holds the number. */
const LONG_HEADER = 0x2;
const INFO_AT = 2;
const NUMBER_AT = 24;

const controlOf = (cluster: string) => join(cluster, 'global', 'pg_control');

/**
 * Gives a cluster that was shut down in order a number, and a secret, of its own.
 * @throws Error where its files are not laid out as those of the PostgreSQL that this was written for
 */
export function giveIdentity(cluster: string): void {
  const control = readFileSync(controlOf(cluster));
  let at = SUM_FROM;
  while (at < SUM_TO && control.readUInt32LE(at) !== crc32c(control.subarray(0, at))) at += 4;
  if (at >= SUM_TO) throw new Error('pg_control has another layout');
  const before = control.readBigUInt64LE(0);
  // As initdb does: the second, and what nobody else has drawn in it.
  const own = (BigInt(Math.floor(Date.now() / 1000)) << 32n) | BigInt(randomBytes(4).readUInt32LE(0));
  for (const name of readdirSync(join(cluster, 'pg_wal'))) {
    if (!/^[0-9A-F]{24}$/.test(name)) continue;
    const file = join(cluster, 'pg_wal', name);
    const log = readFileSync(file);
    const isWritten = (log.readUInt16LE(INFO_AT) & LONG_HEADER) !== 0;
    if (isWritten && log.readBigUInt64LE(NUMBER_AT) !== before) throw new Error(`${name} is of another cluster`);
    if (!isWritten) continue;
    log.writeBigUInt64LE(own, NUMBER_AT);
    writeFileSync(file, log);
  }
  control.writeBigUInt64LE(own, 0);
  randomBytes(NONCE.bytes).copy(control, at - NONCE.before);
  control.writeUInt32LE(crc32c(control.subarray(0, at)), at);
  writeFileSync(controlOf(cluster), control);
}
