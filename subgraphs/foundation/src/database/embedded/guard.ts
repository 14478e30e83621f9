import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { SystemUser } from './postgres-user.ts';

/**
 * Stops a server whose parent could not: killed, or made to hurry by a second Ctrl-C. The pipe that this shell reads closes with the
 * parent, however it ends. Answers a function that ends the guard, for a parent that stopped the server itself.
 */
export const guard = (server: ChildProcess, user: SystemUser | undefined): (() => void) => {
  if (server.pid === undefined || process.platform === 'win32') return () => {};
  const shell = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$1"', 'plexica-guard', String(server.pid)], {
    ...user,
    cwd: '/',
    // Its own process group, as the server has: a Ctrl-C at the terminal is not for it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without it a left-over server is taken over by the next start.
  shell.on('error', () => {});
  shell.unref();
  (shell.stdin as Socket).unref();
  return () => void shell.kill('SIGKILL');
};
