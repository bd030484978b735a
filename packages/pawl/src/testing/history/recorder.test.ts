import { expect, it } from 'vitest';
import { HistoryRecorder } from './recorder.ts';

it('gives the history of a moment, which nothing that is told later changes', () => {
  const recorder = new HistoryRecorder();
  const read = { tenant: 1, orderId: 'a', seen: null };
  const call = { requestId: 'r1', client: 'c', tenant: 1, orderId: 'a', key: null } as const;
  const end = recorder.begin({ ...call, command: { kind: 'event', event: 'pay' } });
  recorder.read({ ...read, beganAt: recorder.now() });
  const history = recorder.history({ effects: [], watched: [], subscriptions: [] });
  const told = structuredClone(history);
  end({ kind: 'accepted', orderId: 'a', version: 2, status: 'PAID', isStep: true, replayed: false });
  recorder.read({ ...read, beganAt: recorder.now() });
  recorder.changedStock({ tenant: 1, sku: 'A', kind: 'adjust', value: 1, key: null, answer: 'changed' });
  recorder.attempted({ effectKey: 'a:1:0', token: 1, task: 'print' });
  expect(history).toEqual(told);
});
