import { connect } from 'node:net';
import { until } from './a-client.ts';
import type { TestGateway } from './a-gateway.ts';

const open = (url: string) => connect(Number(new URL(url).port), '127.0.0.1').on('error', () => {});
const head = (path: string, headers: readonly string[]): string =>
  `POST ${path} HTTP/1.1\r\n${['host: x', 'content-type: application/json', ...headers].join('\r\n')}\r\n\r\n`;

/** A request whose body never ends; what it was answered by the time it was cut off. */
export interface EndlessRequest {
  readonly path?: string;
  /** Which says how the body is sent. */
  readonly header: string;
  readonly begin?: string;
  /** Sent again and again. */
  readonly piece: string;
  readonly everyMs: number;
  readonly withinMs?: number;
}

export const sendEndlessly = async (
  { url }: Pick<TestGateway, 'url'>,
  { path = '/graphql', header, begin = '', piece, everyMs, withinMs }: EndlessRequest,
): Promise<string> => {
  const socket = open(url);
  let text = '';
  socket.on('data', (data) => {
    text += data;
  });
  socket.write(`${head(path, [header])}${begin}`);
  const sending = setInterval(() => socket.write(piece), everyMs);
  await until(() => socket.closed, withinMs).finally(() => clearInterval(sending));
  return text;
};

/** In pieces of 65,536 characters, as fast as a body of any size comes. */
export const endlessBody = { header: 'transfer-encoding: chunked', piece: `10000\r\n${'x'.repeat(65_536)}\r\n`, everyMs: 5 };

/** A character now and then of a body that was announced. */
export const tricklingBody = { header: 'content-length: 1000', begin: '{"', piece: 'x', everyMs: 50, withinMs: 5_000 };

/** Asks, and leaves what comes where it is; `comesBack` reads until the gateway closes the connection, and says how much there was. */
export const whoReadsNothing = async ({ url, issuer }: TestGateway, asked: object, accept: string) => {
  const body = JSON.stringify(asked);
  const socket = open(url).pause();
  const said = [`authorization: Bearer ${await issuer.token('acme')}`, `accept: ${accept}`, `content-length: ${body.length}`];
  socket.write(`${head('/graphql', said)}${body}`);
  const comesBack = async (): Promise<number> => {
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.resume();
    await closed;
    return socket.bytesRead;
  };
  return { comesBack, leave: () => void socket.destroy() };
};
