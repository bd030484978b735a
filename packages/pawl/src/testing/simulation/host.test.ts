import { describe, expect, it } from 'vitest';
import { EPOCH, Host } from './host.ts';
import { Schedule } from './schedule.ts';

function started(skewMs = 0): { schedule: Schedule; host: Host; told: string[] } {
  const schedule = new Schedule();
  return { schedule, host: new Host(schedule, () => skewMs), told: [] };
}

describe('a simulated machine', () => {
  it('has a clock of its own, and durations that are right all the same', async () => {
    const { schedule, host } = started(-3_000);
    await schedule.run(1_500);
    expect([host.clock.now(), host.clock.monotonic()]).toEqual([EPOCH - 1_500, 1_500]);
  });

  it('sleeps no shorter than it is told, and can be woken', async () => {
    const { schedule, host, told } = started();
    const cut = new AbortController();
    void host.clock.sleep(2.2).then(() => told.push(`slept until ${schedule.now}`));
    void host.clock.sleep(50, cut.signal).then(() => told.push(`woken at ${schedule.now}`));
    expect(host.sleeping).toBe(2);
    schedule.in(10, () => cut.abort());
    await schedule.run(100);
    expect(told).toEqual(['slept until 3', 'woken at 10']);
    expect(host.sleeping).toBe(0);
    await host.clock.sleep(50, cut.signal);
  });

  it('hears nothing while it is frozen, and everything after it', async () => {
    const { schedule, host, told } = started();
    void host.clock.sleep(5).then(() => told.push(`slept until ${schedule.now}`));
    void host.enter(schedule.wait(6)).then(() => told.push(`heard at ${schedule.now}`));
    void host
      .enter(schedule.wait(7).then(() => Promise.reject(new Error('no'))))
      .catch(() => told.push(`refused at ${schedule.now}`));
    host.freeze(40);
    host.freeze(20);
    expect(host.isFrozen).toBe(true);
    await schedule.run(100);
    expect(told.sort()).toEqual(['heard at 40', 'refused at 40', 'slept until 40']);
    expect(host.isFrozen).toBe(false);
  });

  it('hears nothing any more once it is dead', async () => {
    const { schedule, host, told } = started();
    void host.clock.sleep(5).then(() => told.push('slept'));
    void host.enter(schedule.wait(6)).then(() => told.push('heard'));
    void host
      .enter(schedule.wait(6).then(() => Promise.reject(new Error('no'))))
      .catch(() => told.push('refused'));
    schedule.in(1, () => host.die());
    await schedule.run(50);
    void host.clock.sleep(1).then(() => told.push('slept again'));
    await schedule.run(100);
    expect(told).toEqual([]);
    expect([host.isUp, host.sleeping, schedule.planned]).toEqual([false, 0, 0]);
  });
});
