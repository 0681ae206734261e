import { SETTINGS } from './config.js';
import { SalientError } from './errors.js';
import { VERSION } from './version.js';

/** Every setting with its default and meaning, one below the other, as `--help` prints them. */
export function settingsList(): string {
  return Object.entries(SETTINGS)
    .map(([variable, { default: standard, meaning }]) => `  ${variable}=${standard}\n      ${meaning}`)
    .join('\n');
}

/**
 * What the words behind `node dist/main.js` ask to be printed; null when there are none, and the service starts.
 * @throws SalientError `invalid_parameter` for any other word: the service takes its settings from the environment
 */
export function printedFor(words: readonly string[]): string | null {
  const [first] = words;
  if (first === undefined) return null;
  if (first === '--help' || first === '-h') {
    return `Usage: npm start\n\nStarts the service. Its settings are variables of the environment, such as PORT=9000 npm start:\n\n${settingsList()}\n\nOther commands: npx salient --help`;
  }
  if (first === '--version') return VERSION;
  throw new SalientError(
    'invalid_parameter',
    `${JSON.stringify(first)}: the service takes no arguments; its settings are variables of the environment, which --help lists`,
  );
}
