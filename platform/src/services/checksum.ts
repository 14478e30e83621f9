import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LaunchProblem } from '../launch/launch-problem.ts';

/** Fails unless the file is the one that was pinned. */
export const verify = async (file: string, sha256: string): Promise<void> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const found = hash.digest('hex');
  if (found !== sha256)
    throw new LaunchProblem(
      `${basename(file)} is not the file that was pinned: its sha256 is ${found}, not ${sha256}.`,
      'Remove it from the local repository of the tool that fetched it, and start again.',
    );
};
