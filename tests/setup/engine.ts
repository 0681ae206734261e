/** The one database this process tests on, or empty for both: SALIENT_TEST_ENGINE is `embedded` or `server`. */
export const ENGINE = process.env.SALIENT_TEST_ENGINE ?? '';

if (!['', 'embedded', 'server'].includes(ENGINE)) {
  throw new Error(`SALIENT_TEST_ENGINE is ${JSON.stringify(ENGINE)}: embedded, server, or nothing for both`);
}
