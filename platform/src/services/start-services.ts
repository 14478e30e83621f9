import { LaunchProblem } from '../launch/launch-problem.ts';
import { createCache } from './cache.ts';
import { services, withNeeds } from './catalog.ts';
import { hasEnded, isOurs, signalTree } from './process-tree.ts';
import { placeOf, readRecord } from './record.ts';
import { endService, runService } from './run-service.ts';
import type { Cache, Place, Service, ServiceName } from './service.ts';
import type { PortChoice } from './service-ports.ts';

export interface ServicesOptions {
  /** Data, logs and records; made if missing. */
  readonly folder: string;
  /** The standard ones unless told. */
  readonly ports?: PortChoice;
  readonly cache?: Cache;
  readonly say?: (line: string) => void;
}

/** Services that run, and the ways to hurt them. */
export interface RunningServices extends AsyncDisposable {
  urlOf(name: ServiceName): string;
  /** Ports and secrets. */
  placeOf(name: ServiceName): Place;
  /** The variables that make Plexica use them. */
  environment(): Promise<Readonly<Record<string, string>>>;
  /** SIGKILL, to the service and all its processes. */
  kill(name: ServiceName): Promise<void>;
  /** SIGSTOP: it hangs until it is resumed. */
  pause(name: ServiceName): Promise<void>;
  resume(name: ServiceName): Promise<void>;
  /** Starts it again where it was. */
  start(name: ServiceName): Promise<void>;
  /** One, or all, last first. */
  stop(name?: ServiceName): Promise<void>;
}

/** Starts the services and what they need, each once it has what it needs; ends what it started when one fails. */
export const startServices = async (names: readonly ServiceName[], options: ServicesOptions): Promise<RunningServices> => {
  const { folder, ports = { offset: 0 }, cache = createCache(), say = () => {} } = options;
  const wanted = withNeeds(names);
  const places = new Map<ServiceName, Place>();
  const placeFor = (name: ServiceName): Place => {
    const place = places.get(name);
    if (!place) throw new Error(`${name} is not among the services that were started.`);
    return place;
  };
  const urlOf = (name: ServiceName) => services[name].url(placeFor(name));
  const start = async (service: Service) => {
    places.set(service.name, await runService(service, { folder, ports, cache, urlOf, say }));
  };
  const stop = async (stopping: readonly Service[]) => {
    for (const service of [...stopping].reverse()) if (await endService(service, folder)) say(`${service.name} is down`);
  };
  const pidOf = async (name: ServiceName): Promise<number | undefined> => {
    const pid = (await readRecord(folder, name))?.pid;
    return pid !== undefined && (await isOurs(pid, placeOf(folder, name).folder)) ? pid : undefined;
  };
  const signal = async (name: ServiceName, what: NodeJS.Signals): Promise<number> => {
    const pid = await pidOf(name);
    if (pid === undefined) throw new LaunchProblem(`${name} does not run.`, 'Start it first.');
    await signalTree(pid, what);
    return pid;
  };

  const ranBefore = new Set<ServiceName>();
  for (const { name } of wanted) if (await pidOf(name)) ranBefore.add(name);
  const starting = new Map<ServiceName, Promise<void>>();
  for (const service of wanted) {
    const needed = Promise.all((service.needs ?? []).map((name) => starting.get(name)));
    starting.set(
      service.name,
      needed.then(() => start(service)),
    );
  }
  const outcomes = await Promise.allSettled(starting.values());
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) {
    await stop(wanted.filter(({ name }) => !ranBefore.has(name)));
    throw failure.reason;
  }

  return {
    urlOf,
    placeOf: placeFor,
    async environment() {
      const parts = await Promise.all(wanted.map((service) => service.environment(placeFor(service.name))));
      return Object.assign({}, ...parts);
    },
    async kill(name) {
      const pid = await signal(name, 'SIGKILL');
      await hasEnded(pid, placeOf(folder, name).folder, 10_000);
    },
    pause: async (name) => void (await signal(name, 'SIGSTOP')),
    resume: async (name) => void (await signal(name, 'SIGCONT')),
    start: (name) => start(services[name]),
    stop: (name) => stop(name ? [services[name]] : wanted),
    [Symbol.asyncDispose]: () => stop(wanted),
  };
};
