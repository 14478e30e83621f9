import { DomainError } from '@plexica/plugin-kit';
import type { Port, PortFailure } from './port.ts';
import { type PortTokens, portTokenHeader } from './port-tokens.ts';

interface PortAddress {
  /** Base URL of the process that serves the port. */
  readonly url: string;
  readonly tokens: PortTokens;
}

const patienceMs = 5_000;

/** A part of the core that runs as another process; fails with SERVICE_UNAVAILABLE while it is away. */
export const portOverHttp = <Methods extends object>(
  name: string,
  methods: readonly (keyof Methods & string)[],
  { url, tokens }: PortAddress,
): Methods => {
  const ask = async (method: string, args: readonly unknown[]): Promise<unknown> => {
    const response = await fetch(`${url}/_plexica/ports/${name}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [portTokenHeader]: await tokens.sign(name) },
      body: JSON.stringify({ args }),
      signal: AbortSignal.timeout(patienceMs),
      redirect: 'error',
    }).catch(away);
    if (response.ok) return ((await response.json().catch(away)) as { value?: unknown }).value;
    if (response.status !== 422) return away(new Error(`${name} answered ${response.status}.`));
    const { code, ...failure } = (await response.json().catch(away)) as PortFailure;
    throw new DomainError(code, failure);
  };
  return Object.fromEntries(
    methods.map((method) => [method, (...args: unknown[]) => ask(method, args)]),
  ) as unknown as Port as unknown as Methods;
};

const away = (cause: unknown): never => {
  throw new DomainError('SERVICE_UNAVAILABLE', { cause });
};
