/** A real service that Plexica can stand on, run natively on this machine. */
export interface Service {
  readonly name: ServiceName;
  readonly version: string;
  /** The first is the one that its URL names. */
  readonly ports: Readonly<Record<string, number>>;
  readonly needs?: readonly ServiceName[];
  /** Made once per data folder. */
  readonly secrets?: readonly string[];
  readonly startWithinMs: number;
  /** Asks it to end; SIGTERM unless told. */
  readonly stopSignal?: NodeJS.Signals;
  /** Brings the program into the cache and answers its path; fails with what this machine lacks, and the way to get it. */
  obtain(cache: Cache): Promise<string>;
  /** Makes the data folder ready. Called before each start. */
  prepare(place: Place): Promise<Program>;
  isHealthy(place: Place): Promise<boolean>;
  /** As its own clients are told it. */
  url(place: Place): string;
  /** What makes Plexica use it. */
  environment(place: Place): Promise<Readonly<Record<string, string>>>;
}

export const serviceNames = ['postgres', 'redis', 'kafka', 'keycloak', 'minio', 'mailpit'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** Where a service lives in one data folder. */
export interface Place {
  readonly folder: string;
  /** What `obtain` answered. */
  readonly program: string;
  readonly ports: Readonly<Record<string, number>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** The URL of a service that this one needs, once that runs. */
  urlOf(name: ServiceName): string;
}

/** A command line. It names the data folder, by which a process is known as ours. */
export interface Program {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** Programs of pinned versions, outside the repository, shared by all data folders. */
export interface Cache {
  /** The folder of that name; made by `fill`, whole or not at all. */
  folder(name: string, fill: (folder: string) => Promise<void>): Promise<string>;
}

export const portOf = (place: Place, name: string): number => {
  const found = place.ports[name];
  if (found === undefined) throw new Error(`No port named ${name}.`);
  return found;
};

export const secretOf = (place: Place, name: string): string => {
  const found = place.secrets[name];
  if (found === undefined) throw new Error(`No secret named ${name}.`);
  return found;
};
