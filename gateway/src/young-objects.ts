import { setFlagsFromString } from 'node:v8';

/**
 * Lets all that a request makes begin young, where it costs nothing to forget. Of what lives on while a process starts, or while requests
 * wait for long, V8 learns to make it old from the start (pretenuring), and does not unlearn it under load: such objects keep everything of
 * their request until all memory is gone through.
 */
export const keepObjectsYoung = (): void => setFlagsFromString('--no-allocation-site-pretenuring');
