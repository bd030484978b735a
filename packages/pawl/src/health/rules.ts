import type { Digest } from '../order/digest.ts';
import type { StoredDefinition } from '../ports/store.ts';
import { canonicalJson } from '../workflow/canonical-json.ts';
import { compileWorkflow } from '../workflow/compile.ts';
import type { CompiledWorkflow } from '../workflow/compiled.ts';
import type { WorkflowDefinition } from '../workflow/definition.ts';

/** The definitions that orders were decided by, found by what they say: one that was changed by hand is not found. */
export interface Rules {
  /** By content hash, as they were when last read. */
  readonly known: ReadonlyMap<string, CompiledWorkflow>;
  /** Reads again for a hash that is not known: definitions are deployed meanwhile. Once only, until the next `refresh`. */
  byHash(hash: string): Promise<CompiledWorkflow | undefined>;
  /** Reads all of them again. */
  refresh(): Promise<void>;
}

type Compiled = readonly [hash: string, workflow: CompiledWorkflow];

export function createRules(read: () => Promise<readonly StoredDefinition[]>, digest: Digest): Rules {
  /** By content: each is compiled once, however often it is read. */
  const compiled = new Map<string, Compiled | null>();
  const missing = new Set<string>();
  let known: ReadonlyMap<string, CompiledWorkflow> = new Map();

  async function reread(): Promise<void> {
    const contents = (await read()).map(({ content }) => content);
    for (const content of contents) {
      if (!compiled.has(content)) compiled.set(content, compile(content, digest));
    }
    known = new Map(contents.map((content) => compiled.get(content)).filter((one) => one != null));
  }

  return {
    get known() {
      return known;
    },
    async byHash(hash) {
      if (!known.has(hash) && !missing.has(hash)) {
        await reread();
        if (!known.has(hash)) missing.add(hash);
      }
      return known.get(hash);
    },
    async refresh() {
      missing.clear();
      await reread();
    },
  };
}

/** Null if it is none: no engine deployed it. Whatever orders name it are then without rules. */
function compile(content: string, digest: Digest): Compiled | null {
  try {
    const definition = JSON.parse(content) as WorkflowDefinition;
    return [digest(canonicalJson(definition)), compileWorkflow(definition)];
  } catch {
    return null;
  }
}
