import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Ends a response with a text, written in one go. */
export const endWithText = (response: ServerResponse, status: number, headers: OutgoingHttpHeaders, text: string): void => {
  const length = Buffer.byteLength(text);
  response.writeHead(status, { ...headers, 'content-length': length });
  // A text of one-byte characters alone is copied into the socket as it is, without a buffer of its own.
  response.end(text, length === text.length ? 'latin1' : 'utf8');
};
