import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Those of more than ten seconds, longest first.
const long = [
  'launch.test.ts',
  'provision-tenant.crash.test.ts',
  'erase-tenant.crash.test.ts',
  'installation.test.ts',
  'one-endpoint.walls.test.ts',
  'distributed.test.ts',
  'identity/src/main.test.ts',
  'provision-tenant.test.ts',
  'any-operation.property.test.ts',
  'hooks.test.ts',
  'publish-plugin.test.ts',
  'deletion.test.ts',
  'differential.property.test.ts',
  'postgres-event-bus.test.ts',
];

/** Begins with the files that take long, so that none of them is left over when all others are done; the rest as vitest would. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => {
      const place = long.findIndex((name) => moduleId.endsWith(`/${name}`));
      return place === -1 ? long.length : place;
    };
    return sorted.sort((one, other) => rank(one) - rank(other));
  }
}
