import type pg from 'pg';

type Send = (...args: unknown[]) => unknown;

/**
 * A transaction begins with its first statement: `begin` and the role it runs as travel in front of it, in one message, and where one of
 * them fails nothing after it is run. A transaction that only read is over for whoever read: its commit is sent, and told to `ending`,
 * but not waited for. A look at a tenant's rows takes one way to the server and back where it took four.
 */
export const beginLate = (send: Send, ending: (commit: Promise<unknown>) => void): Send => {
  let ahead: readonly string[] = [];
  let open = false;
  let wrote = false;

  const end = (sql: 'commit' | 'rollback'): unknown => {
    const [unsent, onlyRead] = [!open, !wrote];
    [ahead, open, wrote] = [[], false, false];
    if (unsent) return Promise.resolve(nothing);
    const ended = send(sql);
    if (sql === 'rollback' || !onlyRead || !(ended instanceof Promise)) return ended;
    ending(ended);
    return Promise.resolve(nothing);
  };
  const begin = (sql: string, args: readonly unknown[]): unknown => {
    const first = ahead.join('; ');
    [ahead, open] = [[], true];
    const [, values] = args;
    // Values travel another way, one statement at a time.
    if (Array.isArray(values) && values.length > 0) return Promise.resolve(send(first)).then(() => send(...args));
    return Promise.resolve(send(`${first}; ${sql}`)).then((answers: unknown) => (Array.isArray(answers) ? answers.at(-1) : answers));
  };

  return (...args) => {
    const [sql] = args;
    if (typeof sql !== 'string') return send(...args);
    const waits = ahead.length > 0;
    if (!open && (waits ? namesRole : begins).test(sql)) {
      ahead = [...ahead, sql];
      return Promise.resolve(nothing);
    }
    if (!open && !waits) return send(...args);
    if (sql === 'commit' || sql === 'rollback') return end(sql);
    wrote ||= !reads.test(sql);
    return open ? send(...args) : begin(sql, args);
  };
};

const begins = /^(begin|start transaction)\b/;
const namesRole = /^set local role /;
const reads = /^select /;

const nothing: Pick<pg.QueryResult, 'command' | 'rowCount' | 'rows'> = { command: '', rowCount: null, rows: [] };
