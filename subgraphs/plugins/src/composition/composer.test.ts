import { describe, expect, it } from 'vitest';
import { core, crmSdl } from '../../test/core.ts';
import { createComposer } from './composer.ts';

const request = { audience: 'tenant', core, plugins: [{ name: 'crm', sdl: crmSdl }] } as const;

describe('composing in a worker', () => {
  it('leaves this thread free meanwhile', async () => {
    const composer = createComposer();
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 2);

    const [first, second] = await Promise.all([composer.compose(request), composer.compose({ ...request, plugins: [] })]);

    clearInterval(timer);
    await composer.stop();
    expect(first.sdl).toContain('CrmContact');
    expect(second.sdl).not.toContain('CrmContact');
    expect(ticks).toBeGreaterThan(20);
  });

  it('leaves nobody waiting when it is stopped, and starts again when needed', async () => {
    const composer = createComposer();
    const waiting = expect(composer.compose(request)).rejects.toThrow('stopped');
    await composer.stop();

    await waiting;
    expect((await composer.compose(request)).sdl).toContain('CrmContact');
    await composer.stop();
  });

  it('composes the same once, and anything else anew', async () => {
    const composer = createComposer();
    const first = await composer.compose(request);

    expect(await composer.compose({ ...request, core: [...core] })).toBe(first);
    const changed = await composer.compose({ ...request, plugins: [{ name: 'crm', sdl: crmSdl.replaceAll('CrmContact', 'CrmPerson') }] });
    await composer.stop();
    expect(changed.sdl).toContain('CrmPerson');
  });

  it('answers that something takes too long, and keeps no such answer', async () => {
    const composer = createComposer({ timeoutMs: 1 });
    const tooLong = { errors: [{ code: 'COMPOSITION_TOO_LARGE', message: 'It takes more than 1 ms.' }] };
    const [first, behind] = await Promise.all([composer.compose(request), composer.compose({ ...request, plugins: [] })]);
    await composer.stop();
    expect([first, behind]).toMatchObject([tooLong, tooLong]);
  });
});
