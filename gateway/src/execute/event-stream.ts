export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

/** Splits a `text/event-stream` body into its events. Throws when a single event grows beyond `maxBytes`. */
export async function* readEventStream(body: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  /** Of a line whose end has not come. */
  let parts: string[] = [];
  let event = '';
  let data: string[] = [];
  let size = 0;
  for await (const chunk of body) {
    const text = decoder.decode(chunk, { stream: true });
    const mayEnd = /[\r\n]/.test(text) || parts.at(-1)?.endsWith('\r');
    parts.push(text);
    size += chunk.length;
    // Looked through once it has an end, and not again with every chunk.
    const whole = mayEnd ? parts.join('') : '';
    // A lone `\r` at the end may be the first half of `\r\n`.
    const lines = whole.split(/\r\n|\n|\r(?!$)/);
    const rest = lines.pop() ?? '';
    if (mayEnd) parts = [rest];
    for (const line of lines) {
      if (line === '') {
        if (event || data.length > 0) yield { event: event || 'message', data: data.join('\n') };
        event = '';
        data = [];
        size = rest.length;
        continue;
      }
      const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (field === 'event') event = value;
      else if (field === 'data') data.push(value);
    }
    if (size > maxBytes) throw new Error(`an event is larger than ${maxBytes} bytes`);
  }
}
