import { definePlugin, type Plugin, SignedIn } from '@plexica/plugin-kit';
import { Arg, Int, Query, Resolver } from 'type-graphql';

export interface WaitingPlugin {
  readonly plugin: Plugin;
  /** How many requests wait. */
  waiting(): number;
  /** Answers all of them, each with its number. */
  letGo(): void;
}

/** A plugin whose service holds each request until it is told. */
export const aWaitingPlugin = (): WaitingPlugin => {
  const gate = Promise.withResolvers<void>();
  let waiting = 0;

  @Resolver()
  class WaitingResolver {
    @Query(() => Int, { nullable: true, description: 'The number given, once it may be told.' })
    @SignedIn()
    async waitingNumber(@Arg('number', () => Int) number: number): Promise<number> {
      waiting += 1;
      await gate.promise;
      return number;
    }
  }

  const plugin = definePlugin({
    id: 'waiting',
    version: '1.0.0',
    name: 'Waiting',
    description: 'Takes its time',
    resolvers: [WaitingResolver],
  });
  return { plugin, waiting: () => waiting, letGo: gate.resolve };
};
