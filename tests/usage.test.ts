import { expect, test } from 'vitest';
import { SETTINGS, unknownSettings } from '../src/config.js';
import { printedFor } from '../src/usage.js';

test('without a word the service starts; asked for help it prints every setting, and any other word is refused', () => {
  expect(printedFor([])).toBeNull();
  for (const setting of Object.keys(SETTINGS)) expect(printedFor(['--help'])).toContain(`  ${setting}=`);
  expect(printedFor(['--version'])).toMatch(/^\d+\.\d+\.\d+/);
  for (const word of ['--port', '9000', 'serve']) expect(() => printedFor([word])).toThrow(/takes no arguments/);
});

test('a variable that looks like a setting and is none is named', () => {
  const environment = {
    SALIENT_DATA_FOLDER: '/data',
    SALIENT_DATA: '/data',
    Salient_Workers: '2',
    HOST: 'localhost',
    SALIENT_TEST_BUILT: '1',
  };
  expect(unknownSettings(environment)).toEqual(['SALIENT_DATA_FOLDER', 'Salient_Workers']);
});
