/** The roles that the server itself knows. Any other name may be demanded by a workflow's transitions. */
export const BUILT_IN_ROLES = ['viewer', 'operator', 'worker', 'importer', 'auditor', 'admin'] as const;

export type Role = (typeof BUILT_IN_ROLES)[number];

/** Who may call an operation: everyone, everyone with any key (and everyone in `local`), or the holders of a role. */
export type Access = 'public' | 'any-key' | readonly Role[];

const READERS = ['viewer', 'operator', 'importer', 'auditor'] as const satisfies readonly Role[];
const WRITERS = ['operator', 'importer'] as const satisfies readonly Role[];
const EDITORS = ['operator'] as const satisfies readonly Role[];
const HISTORIANS = ['viewer', 'operator', 'auditor'] as const satisfies readonly Role[];
const WORKERS = ['worker'] as const satisfies readonly Role[];
const ADMINISTRATORS = ['admin'] as const satisfies readonly Role[];

/** One line for each operation, by its operationId. `admin` may call all of them and is not repeated. */
export const ACCESS = {
  create_order: WRITERS,
  list_orders: READERS,
  get_order: READERS,
  replace_order: EDITORS,
  update_order: EDITORS,
  transition_order: WRITERS,
  list_order_actions: READERS,
  list_order_events: READERS,
  get_order_waiting: READERS,
  review_order: EDITORS,
  redrive_order: EDITORS,
  bulk_orders: WRITERS,
  list_stock: READERS,
  get_stock: READERS,
  set_stock: EDITORS,
  adjust_stock: EDITORS,
  list_stock_movements: READERS,
  list_tasks: READERS,
  get_task: READERS,
  retry_task: EDITORS,
  resolve_task: EDITORS,
  claim_tasks: WORKERS,
  heartbeat_task: WORKERS,
  complete_task: WORKERS,
  fail_task: WORKERS,
  list_dead_letters: READERS,
  redrive_dead_letters: EDITORS,
  list_workflows: READERS,
  get_workflow: READERS,
  get_workflow_diagram: READERS,
  verify_workflow: READERS,
  deploy_workflow: ADMINISTRATORS,
  list_events: HISTORIANS,
  get_metrics: 'any-key',
  get_health: 'public',
  get_liveness: 'public',
  get_readiness: 'public',
  get_root: 'public',
  get_problem: 'public',
  get_openapi: 'public',
  get_docs: 'public',
} as const satisfies Record<string, Access>;

/** The name of an operation: the operationId of the OpenAPI document, and the action in the log. */
export type OperationId = keyof typeof ACCESS;

/** Whether one of the caller's roles opens the operation. */
export function mayCall(operation: OperationId, roles: readonly string[]): boolean {
  const access: Access = ACCESS[operation];
  if (typeof access === 'string') return true;
  return roles.some((role) => role === 'admin' || access.some((one) => one === role));
}

/** Whether the caller has a role that only workflows know, which opens the transitions that demand it. */
export function hasOwnRole(roles: readonly string[]): boolean {
  return roles.some((role) => !BUILT_IN_ROLES.some((one) => one === role));
}
