import type { Dispatcher } from 'undici';
import type { CallSignal } from './call-signal.ts';

export interface HttpExchange {
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** From sending to the last byte. */
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  readonly signal?: CallSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** Posts a body and reads the answer, on the lowest level undici has: no redirects, no retries, nothing is decompressed. */
export const exchange = ({ timeoutMs, maxResponseBytes, signal, ...request }: HttpExchange): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new Error('the caller has gone', { cause: signal.reason }));
    const chunks: Buffer[] = [];
    let size = 0;
    let status = 0;
    let contentType = '';
    let controller: Dispatcher.DispatchController | undefined;
    let failed: Error | undefined;

    const end = (): void => {
      clearTimeout(timer);
      clearImmediate(late);
      signal?.removeEventListener('abort', gone);
    };
    const fail = (error: Error): void => {
      end();
      reject(error);
      failed = error;
      controller?.abort(error);
    };
    const gone = (): void => fail(new Error('the caller has gone', { cause: signal?.reason }));
    let late: NodeJS.Immediate | undefined;
    const timer = setTimeout(() => {
      // A process that was held up looks first at what has arrived meanwhile.
      late = setImmediate(() => fail(new Error(`no answer within ${timeoutMs} ms`)));
    }, timeoutMs);
    signal?.addEventListener('abort', gone, { once: true });

    const { dispatcher, ...target } = request;
    const tooLarge = (): void => fail(new Error(`the answer is larger than ${maxResponseBytes} bytes`));
    // The deadline above covers everything, so undici needs no timers of its own.
    dispatcher.dispatch(
      { ...target, method: 'POST', headersTimeout: 0, bodyTimeout: 0 },
      {
        onRequestStart: (started) => {
          controller = started;
          // It waited for a socket longer than anybody waits for its answer.
          if (failed) started.abort(failed);
        },
        onResponseStart: (_, statusCode, headers) => {
          status = statusCode;
          contentType = String(headers['content-type'] ?? '');
          if (Number(headers['content-length'] ?? 0) > maxResponseBytes) tooLarge();
        },
        onResponseData: (_, chunk) => {
          size += chunk.length;
          if (size > maxResponseBytes) tooLarge();
          else chunks.push(chunk);
        },
        onResponseEnd: () => {
          end();
          const [first] = chunks;
          resolve({ status, contentType, text: (chunks.length === 1 && first ? first : Buffer.concat(chunks)).toString('utf8') });
        },
        onResponseError: (_, error) => {
          end();
          reject(error);
        },
      },
    );
  });
