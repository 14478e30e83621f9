import { writeFileSync } from 'node:fs';
import { printContract } from './print-contract.ts';

for (const [name, text] of Object.entries(printContract())) {
  writeFileSync(new URL(`../../../schema/${name}`, import.meta.url), text);
  console.log(`schema/${name}`);
}
// The assembly starts a thread that composes, which nobody needs for a schema alone.
process.exit(0);
