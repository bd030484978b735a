import { type DeployedWorkflow, SHARED_TENANT } from 'pawl';
import { timeOf } from './time.ts';

/** A deployed workflow as clients see it. */
export function viewWorkflow({
  name,
  version,
  hash,
  tenant,
  deployedAt,
  compiled,
}: DeployedWorkflow): object {
  return {
    name,
    version,
    hash,
    shared: tenant === SHARED_TENANT,
    deployed_at: timeOf(deployedAt),
    definition: compiled.definition,
  };
}
