import { definePlugin, on, type Plugin, SignedIn } from '@plexica/plugin-kit';
import { Int, Query, Resolver } from 'type-graphql';

/** A plugin that says by name which role has reached its hook. */
export const stopwatchPlugin = (reached: (roleName: string) => void): Plugin => {
  let count = 0;

  @Resolver()
  class StopwatchResolver {
    @Query(() => Int, { nullable: true, description: 'How many roles reached the hook.' })
    @SignedIn()
    stopwatchCount(): number {
      return count;
    }
  }

  return definePlugin({
    id: 'stopwatch',
    version: '1.0.0',
    name: 'Stopwatch',
    description: 'Notes when an event arrives',
    resolvers: [StopwatchResolver],
    hooks: [
      on('role.created', async ({ role }) => {
        count += 1;
        reached(role.name);
      }),
    ],
  });
};
