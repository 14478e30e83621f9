import { connect, type Socket } from 'node:net';

export interface Load {
  readonly port: number;
  readonly path: string;
  readonly body: string;
  readonly connections: number;
  readonly seconds: number;
  /** Of each request; each one its own user unless it is always the same. */
  readonly authorization: (count: number) => string;
}

export interface Loaded {
  readonly requests: number;
  readonly seconds: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Until what is compiled is compiled: after 3 s a gateway may still take a third more than later. */
export const warmUpSeconds = 10;

/** Keeps so many connections busy, each with one request at a time, for a bounded time. */
export const load = async (options: Load): Promise<Loaded> => {
  const times: number[] = [];
  let count = 0;
  let failed = 0;
  const started = performance.now();
  const end = started + options.seconds * 1000;
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(options.port, '127.0.0.1');
      socket.setNoDelay(true);
      let sent = 0;
      const ask = () => {
        if (performance.now() >= end) {
          socket.end();
          return resolve();
        }
        sent = performance.now();
        count += 1;
        socket.write(requestText(options, options.authorization(count)));
      };
      readAnswers(socket, (ok) => {
        times.push(performance.now() - sent);
        if (!ok) failed += 1;
        ask();
      });
      socket.on('connect', ask);
      socket.on('error', reject);
    });
  await Promise.all(Array.from({ length: options.connections }, one));
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? Number.NaN;
  return { requests: times.length, seconds: (performance.now() - started) / 1000, failed, p50Ms: at(0.5), p99Ms: at(0.99) };
};

const requestText = ({ path, body, port }: Load, authorization: string): string =>
  `POST ${path} HTTP/1.1\r\nhost: localhost:${port}\r\ncontent-type: application/json\r\naccept: application/json\r\nauthorization: ${authorization}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/** Only as much of HTTP as tells where an answer ends, and whether it is one: reading must cost next to nothing. */
const readAnswers = (socket: Socket, answered: (ok: boolean) => void): void => {
  let missing = -1;
  let chunked = false;
  let ok = false;
  let head = '';
  const headRead = (text: string): void => {
    const end = text.indexOf('\r\n\r\n');
    ok = text.startsWith('HTTP/1.1 200');
    const length = /content-length: *(\d+)/i.exec(text.slice(0, end))?.[1];
    chunked = length === undefined;
    missing = length === undefined ? 0 : Number(length) - (text.length - end - 4);
  };
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    if (missing < 0) {
      head += text;
      if (!head.includes('\r\n\r\n')) return;
      headRead(head);
      text = head;
      head = '';
    } else missing -= text.length;
    if (chunked ? !text.endsWith('0\r\n\r\n') : missing > 0) return;
    missing = -1;
    answered(ok);
  });
};
