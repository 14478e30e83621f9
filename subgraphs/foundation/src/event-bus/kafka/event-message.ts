import type { PlexicaEvent } from '@plexica/schema';
import type { IHeaders, KafkaMessage, Message } from 'kafkajs';
import type { EventCipher } from './event-cipher.ts';

type Attributes = Omit<PlexicaEvent, 'data' | 'datacontenttype'>;

/** What a message says of its event in clear. */
export interface EventMessage {
  readonly attributes: Attributes;
  /** The event with its data; undefined when its tenant's key was erased. */
  open(cipher: EventCipher): Promise<PlexicaEvent | undefined>;
}

const names = ['specversion', 'id', 'source', 'type', 'time', 'tenant', 'tenantid', 'sequence'] as const satisfies (keyof Attributes)[];

/** CloudEvents in binary mode: attributes are headers, the value is the data, sealed. The key keeps a tenant's events in one partition, in order. */
export const toMessage = async (event: PlexicaEvent, cipher: EventCipher): Promise<Message> => {
  const { keyId, bytes } = await cipher.seal(event.tenantid, JSON.stringify(event.data), bound(event));
  const headers: IHeaders = { 'content-type': event.datacontenttype, ce_dataencryption: 'A256GCM', ce_datakey: keyId };
  for (const name of names) headers[`ce_${name}`] = event[name];
  return { key: event.tenantid, value: bytes, headers, timestamp: String(Date.parse(event.time)) };
};

/** Undefined for a message that is no event of ours. */
export const readMessage = ({ headers = {}, value }: Pick<KafkaMessage, 'headers' | 'value'>): EventMessage | undefined => {
  const text = (name: string): string | undefined => headers[name]?.toString();
  const attributes = Object.fromEntries(names.map((name) => [name, text(`ce_${name}`)])) as unknown as Attributes;
  const keyId = text('ce_datakey');
  if (!keyId || !value || attributes.specversion !== '1.0' || names.some((name) => attributes[name] === undefined)) return undefined;
  if (!/^\d{1,20}$/.test(attributes.sequence) || !uuid.test(attributes.tenantid) || !uuid.test(keyId)) return undefined;
  return {
    attributes,
    async open(cipher) {
      const plain = await cipher.open(attributes.tenantid, { keyId, bytes: value }, bound(attributes));
      return plain === undefined ? undefined : { ...attributes, datacontenttype: 'application/json', data: JSON.parse(plain) };
    },
  };
};

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

// Data of one event can't be passed off as another's.
const bound = (attributes: Attributes): string => JSON.stringify(names.map((name) => attributes[name]));
