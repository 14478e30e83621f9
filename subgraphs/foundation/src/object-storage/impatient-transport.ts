import http from 'node:http';
import https from 'node:https';
import type { ClientOptions } from 'minio';

const silenceMs = 5_000;

/** The client waits for ever on a server that hangs; this ends a request once its connection was silent that long. */
export const impatient = (secure = true): NonNullable<ClientOptions['transport']> => ({
  request: ((options: http.RequestOptions, answered: (response: http.IncomingMessage) => void) => {
    const request = (secure ? https : http).request({ ...options, timeout: silenceMs }, answered);
    request.on('timeout', () => request.destroy(new Error(`The storage said nothing for ${silenceMs} ms.`)));
    return request;
  }) as typeof http.request,
});
