import { existsSync, readFileSync } from 'node:fs';
import { type Copy, DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { composeFile, requiredVariables, root } from './compose-file.ts';

const { services } = composeFile(Object.fromEntries(requiredVariables().map((name) => [name, 'a'.repeat(48)])));
const built = Object.values(services).flatMap(({ build }) => (build ? [build.dockerfile] : []));
const { scripts, catalog } = {
  ...(JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { scripts: Record<string, string> }),
  catalog: readFileSync(`${root}pnpm-workspace.yaml`, 'utf8'),
};

describe.each([...new Set(built)])('%s', (path) => {
  const text = readFileSync(`${root}${path}`, 'utf8');
  const dockerfile = DockerfileParser.parse(text);
  const instructions = dockerfile.getInstructions();

  it('is a Dockerfile without findings', () => {
    expect(validate(text)).toEqual([]);
  });

  it('is built in stages, of which the last brings no tools along', () => {
    const stages = dockerfile.getFROMs();
    const last = instructions.slice(instructions.lastIndexOf(stages.at(-1) as never));
    expect(stages.length).toBeGreaterThan(1);
    expect(last.filter((each) => each.getKeyword() === 'RUN' && /npm|apt|install/.test(each.getArgumentsContent() ?? ''))).toEqual([]);
  });

  it('runs as nobody in particular', () => {
    const users = instructions.filter((each) => each.getKeyword() === 'USER').map((each) => each.getArgumentsContent());
    expect(users.at(-1)).toMatch(/^(node|[1-9]\d*:[1-9]\d*)$/);
  });

  it('stands on pinned images, on the Node of this repository', () => {
    const names = dockerfile.getFROMs().map((from) => from.getBuildStage());
    for (const image of dockerfile.getFROMs().map((from) => String(from.getImage()))) {
      if (names.includes(image)) continue;
      expect(image).toMatch(/:\d+\.\d+/);
      if (image.startsWith('node:')) expect(catalog).toContain(`node: ${image.match(/^node:([\d.]+)/)?.[1]}\n`);
    }
  });

  it('copies what is there, from stages that are there', () => {
    const names = dockerfile.getFROMs().map((from) => from.getBuildStage());
    for (const copy of instructions.filter((each) => each.getKeyword() === 'COPY') as Copy[]) {
      const from = copy.getFromFlag()?.getValue();
      if (from) expect(names).toContain(from);
      const [source = ''] = copy.getArguments().map(String);
      const made = source.match(/^\/app\/(.+)\/dist$/)?.[1];
      if (made) expect(existsSync(`${root}${made}/package.json`), source).toBe(true);
    }
  });
});

describe('the image of the processes', () => {
  it('holds the programs that its services start', () => {
    const text = readFileSync(`${root}platform/Dockerfile`, 'utf8');
    for (const [name, script] of Object.entries(scripts)) {
      const folder = name.startsWith('start:') ? script.match(/^node (\S+)\/dist\/[\w-]+\.js$/)?.[1] : undefined;
      if (folder) expect(text, name).toContain(`COPY --from=built /app/${folder}/dist /app/${folder}/dist\n`);
    }
  });
});
