import { expect, it } from 'vitest';
import { tryStage } from '../trial.ts';
import { clients } from './clients.ts';

it('those who do not behave are ended, and keep neither others from an answer nor a server from its end', async () => {
  const { counts, findings } = await tryStage(clients({ connections: 72, stayMs: 15_000 }));
  expect(findings).toEqual([]);
  expect(counts['ended by the server']).toBeGreaterThan(12);
  expect(counts['told that their time is over']).toBeGreaterThan(4);
  expect(counts['orders']).toBeGreaterThan(20);
}, 150_000);
