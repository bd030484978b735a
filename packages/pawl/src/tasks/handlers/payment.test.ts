import { describe, expect, it } from 'vitest';
import type { ChargeRequest, ChargeResult, PaymentGateway } from '../../ports/payment-gateway.ts';
import { exampleOrder, exampleTask, exampleTools } from './example-task.ts';
import { chargePayment, refundPayment } from './payment.ts';

const CHARGE = exampleTask({ name: 'payment.charge', attempt: 2 });

/** A gateway that answers what it is told and keeps what it was asked. */
function gateway(answer: unknown) {
  const asked: unknown[] = [];
  const told: PaymentGateway = {
    async charge(request, { signal }) {
      asked.push({ ...request, signal });
      return answer as ChargeResult;
    },
    async refund(request, { signal }) {
      asked.push({ ...request, signal });
    },
  };
  return Object.assign(told, { asked });
}

describe('chargePayment', () => {
  it('charges the total of the order with what the order says of its payment', async () => {
    const tools = exampleTools();
    const bank = gateway({ kind: 'charged', reference: 'ch_1', secret: 'x' });
    const order = exampleOrder({ payment: { token: 'tok_1' }, other: true });
    expect(await chargePayment(bank)({ ...CHARGE, order }, tools)).toEqual({
      kind: 'done',
      data: { reference: 'ch_1', amount: '19.98', currency: 'EUR' },
    });
    expect(bank.asked).toEqual([
      {
        effectKey: CHARGE.effectKey,
        attempt: 2,
        orderId: order.id,
        amount: '19.98',
        currency: 'EUR',
        payment: { token: 'tok_1' },
        signal: tools.signal,
      },
    ]);
  });

  it.each([[undefined], [null], ['tok_1'], [['tok_1']], [5]])(
    'hands on nothing where payment is %j',
    async (payment) => {
      const bank = gateway({ kind: 'charged', reference: 'ch_1' });
      const order = exampleOrder(payment === undefined ? {} : { payment });
      await chargePayment(bank)({ ...CHARGE, order }, exampleTools());
      expect(bank.asked.map((request) => (request as ChargeRequest).payment)).toEqual([{}]);
    },
  );

  it('charges also nothing, so that the gateway decides what that means', async () => {
    const bank = gateway({ kind: 'charged', reference: 'ch_1' });
    const order = { ...exampleOrder(), amountTotal: '0.00' };
    expect(await chargePayment(bank)({ ...CHARGE, order }, exampleTools())).toMatchObject({
      kind: 'done',
      data: { amount: '0.00' },
    });
  });

  it('fails for good where the payment was declined', async () => {
    const bank = gateway({ kind: 'declined', reason: 'the card has\nexpired' });
    expect(await chargePayment(bank)(CHARGE, exampleTools())).toEqual({
      kind: 'failed',
      reason: 'the card has expired',
    });
  });

  it('keeps 1,000 characters of why it was declined, and says something where nothing was said', async () => {
    const long = await chargePayment(gateway({ kind: 'declined', reason: 'x'.repeat(5_000) }))(
      CHARGE,
      exampleTools(),
    );
    expect(long?.kind === 'failed' && long.reason).toHaveLength(1_000);
    expect(
      await chargePayment(gateway({ kind: 'declined', reason: ' ' }))(CHARGE, exampleTools()),
    ).toMatchObject({
      reason: 'the payment was declined',
    });
  });

  it('takes a reference of 200 visible characters', async () => {
    const reference = `!~${'x'.repeat(198)}`;
    expect(
      await chargePayment(gateway({ kind: 'charged', reference }))(CHARGE, exampleTools()),
    ).toMatchObject({
      data: { reference },
    });
  });

  it.each([
    [undefined],
    [null],
    ['charged'],
    [{}],
    [{ kind: 'pending' }],
    [{ kind: 'charged' }],
    [{ kind: 'charged', reference: '' }],
    [{ kind: 'charged', reference: 'a b' }],
    [{ kind: 'charged', reference: 'a\n' }],
    [{ kind: 'charged', reference: 'ä' }],
    [{ kind: 'charged', reference: 'x'.repeat(201) }],
    [{ kind: 'charged', reference: 5 }],
    [{ kind: 'declined' }],
    [{ kind: 'declined', reason: { text: 'no' } }],
  ])('leaves the outcome unknown where the gateway answers %j', async (answer) => {
    await expect(chargePayment(gateway(answer))(CHARGE, exampleTools())).rejects.toThrow(/^the gateway has /);
  });
});

describe('refundPayment', () => {
  const undo = exampleTask({
    name: 'payment.refund',
    effectKey: `${CHARGE.effectKey}:undo`,
    undoes: CHARGE.effectKey,
    input: { reference: 'ch_1', amount: '19.98', currency: 'EUR' },
  });

  it('gives back the charge that it undoes', async () => {
    const tools = exampleTools();
    const bank = gateway(undefined);
    expect(await refundPayment(bank)(undo, tools)).toEqual({ kind: 'done', data: {} });
    expect(bank.asked).toEqual([
      {
        effectKey: undo.effectKey,
        attempt: 1,
        orderId: undo.order.id,
        chargeKey: CHARGE.effectKey,
        reference: 'ch_1',
        signal: tools.signal,
      },
    ]);
  });

  it.each([[{}], [{ reference: null }], [{ reference: 5 }], [{ reference: 'a b' }]])(
    'asks without a reference where the step has told %j',
    async (input) => {
      const bank = gateway(undefined);
      await refundPayment(bank)({ ...undo, input }, exampleTools());
      expect(bank.asked).toMatchObject([{ chargeKey: CHARGE.effectKey, reference: null }]);
    },
  );

  it('fails and asks nobody as a step of its own', async () => {
    const bank = gateway(undefined);
    const result = await refundPayment(bank)({ ...undo, undoes: null }, exampleTools());
    expect(result).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('nothing to refund') as string,
    });
    expect(bank.asked).toEqual([]);
  });

  it('is not done where the gateway throws', async () => {
    const bank = { ...gateway(undefined), refund: () => Promise.reject(new Error('down')) };
    await expect(refundPayment(bank)(undo, exampleTools())).rejects.toThrow('down');
  });
});
