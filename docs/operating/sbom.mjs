/*
 * Prints what ships as CycloneDX. npm makes it of the lock file; packages of the developers alone are left out here: with --omit=dev
 * npm leaves out what they share with the service too (maplibre-gl is one).
 */
import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const words = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'];
const bom = JSON.parse(
  execFileSync('npm', words, { cwd: root, maxBuffer: 1 << 28, shell: process.platform === 'win32' }).toString(),
);
const isOfDevelopers = ({ properties = [] }) =>
  properties.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true');
const left = new Set(bom.components.filter(isOfDevelopers).map((component) => component['bom-ref']));
bom.components = bom.components.filter((component) => !left.has(component['bom-ref']));
bom.dependencies = bom.dependencies
  .filter(({ ref }) => !left.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => !left.has(other)) }));
// Else it has the name of the folder.
bom.metadata.component.name = bom.metadata.component['bom-ref'].replace(/@[^@]*$/, '');
process.stdout.write(`${JSON.stringify(bom, null, 2)}\n`);
