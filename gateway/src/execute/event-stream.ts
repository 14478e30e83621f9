export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

/** Splits a `text/event-stream` body into its events. Throws when a single event grows beyond `maxBytes`. */
export async function* readEventStream(body: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  let event = '';
  let data: string[] = [];
  let size = 0;
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    size += chunk.length;
    // A lone `\r` at the end may be the first half of `\r\n`.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
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
