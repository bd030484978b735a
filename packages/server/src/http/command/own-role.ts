import type { CompiledWorkflow, Pawl } from 'pawl';
import type { Caller } from '../../auth/authenticator.ts';
import { mayCall } from '../../auth/roles.ts';
import { forbidden } from '../hooks/admission.ts';

/**
 * Lets a caller who is no operator, but has a role of the workflow's own (`approver`), send the events that demand a role;
 * whether it is theirs is for the engine to say. Events that demand none stay with operators.
 * @throws ProblemError if the event is not for such a caller.
 */
export async function mayFire(pawl: Pawl, caller: Caller, orderId: string, event: string): Promise<void> {
  if (mayCall('transition_order', caller.actor.roles)) return;
  const order = await pawl.get(caller.tenant, orderId);
  if (order === undefined) return;
  const { compiled } = pawl.workflows.byHash(order.workflowHash);
  if (!demandsRole(compiled, event)) throw forbidden('transition_order');
}

function demandsRole(workflow: CompiledWorkflow, event: string): boolean {
  const branches = [...workflow.states.values()].flatMap((state) => [...(state.on.get(event) ?? [])]);
  return branches.every(({ roles }) => roles.length > 0);
}
