import type { Digest } from '../order/digest.ts';
import type { PinnedWorkflow } from '../order/situation.ts';
import type { Store, StoredDefinition } from '../ports/store.ts';
import { canonicalJson } from '../workflow/canonical-json.ts';
import { compileWorkflow } from '../workflow/compile.ts';
import type { WorkflowDefinition } from '../workflow/definition.ts';
import type { Finding } from '../workflow/finding.ts';
import { parseDefinition } from '../workflow/parse.ts';
import { verifyWorkflow } from '../workflow/verify.ts';

/** Definitions of tenant 0 are seen by every tenant that has none of that name. */
export const SHARED_TENANT = 0;

/** A definition as deployed, ready to decide by. */
export interface DeployedWorkflow extends PinnedWorkflow {
  readonly tenant: number;
  readonly name: string;
  readonly deployedAt: number;
}

export type DeployResult =
  | {
      readonly ok: true;
      readonly workflow: DeployedWorkflow;
      readonly created: boolean;
      readonly findings: readonly Finding[];
    }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** The definitions that a tenant can use, and how new ones come in. */
export interface Definitions {
  /** Every version of every tenant. */
  all(): readonly DeployedWorkflow[];
  /** The newest version of each name that the tenant sees, by name. */
  list(tenant: number): readonly DeployedWorkflow[];
  /** The newest version, or the given one. */
  get(tenant: number, name: string, version?: number): DeployedWorkflow | undefined;
  /** The rules of an order, whoever deployed them. @throws {Error} if the database lacks them. */
  byHash(hash: string): DeployedWorkflow;
  /** Whether the rules are known here. */
  has(hash: string): boolean;
  /** Learns what other nodes have deployed since. */
  refresh(): Promise<void>;
  /** Verifies, then deploys as the next version unless the newest (with `unlessEver`: any) has the same content. */
  deploy(
    tenant: number,
    definition: unknown,
    options?: { readonly unlessEver?: boolean },
  ): Promise<DeployResult>;
}

/** Reads all deployed definitions and keeps them, compiled. */
export async function loadDefinitions(store: Store, digest: Digest): Promise<Definitions> {
  const versions = new Map<string, DeployedWorkflow[]>();
  const hashes = new Map<string, DeployedWorkflow>();
  let newest = 0;
  let refreshing: Promise<void> | null = null;

  async function learn(): Promise<void> {
    for (const stored of await store.definitions(newest)) {
      remember(compileStored(stored));
      newest = Math.max(newest, stored.number);
    }
  }

  await learn();

  function remember(workflow: DeployedWorkflow): void {
    hashes.set(workflow.hash, workflow);
    const key = keyOf(workflow.tenant, workflow.name);
    const known = versions.get(key);
    if (known === undefined) versions.set(key, [workflow]);
    else if (known.every((other) => other.version !== workflow.version)) {
      known.push(workflow);
      // What this node has deployed itself may be newer than what it then learns of the others.
      known.sort((one, other) => one.version - other.version);
    }
  }

  function get(tenant: number, name: string, version?: number): DeployedWorkflow | undefined {
    const own = versions.get(keyOf(tenant, name)) ?? [];
    const shared = versions.get(keyOf(SHARED_TENANT, name)) ?? [];
    if (version === undefined) return own.at(-1) ?? shared.at(-1);
    return [...own, ...shared].find((workflow) => workflow.version === version);
  }

  return {
    all: () => [...hashes.values()],
    get,
    list(tenant) {
      const names = new Set<string>();
      for (const { tenant: owner, name } of [...versions.values()].flat()) {
        if (owner === tenant || owner === SHARED_TENANT) names.add(name);
      }
      return [...names].sort().flatMap((name) => get(tenant, name) ?? []);
    },
    byHash(hash) {
      const workflow = hashes.get(hash);
      if (workflow === undefined) throw new Error(`no definition with the content hash ${hash} is deployed`);
      return workflow;
    },
    has: (hash) => hashes.has(hash),
    refresh() {
      refreshing ??= learn().finally(() => {
        refreshing = null;
      });
      return refreshing;
    },
    async deploy(tenant, value, options) {
      const parsed = parseDefinition(value);
      if (!parsed.ok) return parsed;
      const findings = verifyWorkflow(parsed.definition);
      if (findings.some((finding) => finding.severity === 'error')) return { ok: false, findings };
      const { name } = parsed.definition;
      const unlessEver = options?.unlessEver ?? false;
      // The content keeps the order in which people wrote it; the hash does not depend on it.
      const hash = digest(canonicalJson(parsed.definition));
      const content = JSON.stringify(parsed.definition);
      // What was the newest a moment ago may be so no more where other nodes deploy: then this would drop the way back to it.
      const mayBeOld = !unlessEver && !store.capabilities.exclusiveWriter;
      if (mayBeOld && get(tenant, name)?.hash === hash) await learn();
      const seen = get(tenant, name);
      if (seen?.hash === hash) return { ok: true, workflow: seen, created: false, findings };
      const deployment = await store.deploy({ tenant, name, hash, content, unlessEver });
      const workflow = compileStored(deployment.definition);
      remember(workflow);
      return { ok: true, workflow, created: deployment.created, findings };
    },
  };
}

function compileStored(stored: StoredDefinition): DeployedWorkflow {
  const { tenant, name, version, hash, deployedAt } = stored;
  const compiled = compileWorkflow(JSON.parse(stored.content) as WorkflowDefinition);
  return { tenant, name, version, hash, deployedAt, compiled };
}

function keyOf(tenant: number, name: string): string {
  return `${tenant} ${name}`;
}
