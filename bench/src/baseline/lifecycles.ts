/** Which event leads from which state where, by workflow: the same lifecycles that Pawl is measured with. */
const LIFECYCLES: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>> = {
  retail: {
    CREATED: { pay: 'PAID', cancel: 'CANCELLED' },
    PAID: { ship: 'SHIPPED', cancel: 'CANCELLED' },
    SHIPPED: { deliver: 'DELIVERED', cancel: 'CANCELLED' },
    DELIVERED: { return: 'RETURNED' },
  },
  endless: {
    OPEN: { flip: 'HELD', close: 'CLOSED' },
    HELD: { flip: 'OPEN' },
  },
};

/** Undefined where the event is not legal. */
export function nextState(workflow: string, state: string, event: string): string | undefined {
  return LIFECYCLES[workflow]?.[state]?.[event];
}
