import type { CallOptions } from './options.ts';
import { eachEntry, pageOf } from './pages.ts';
import type { Transport } from './transport.ts';
import type { Finding, JsonObject, Workflow } from './types.ts';

/** Which version of a workflow: the newest unless one is given. */
export interface VersionOptions extends CallOptions {
  readonly version?: number | undefined;
}

/** What a check of a definition found. */
export interface Verification {
  readonly valid: boolean;
  readonly findings: readonly Finding[];
}

/** The lifecycles that are deployed. */
export interface Workflows {
  /** The newest version of each. */
  list(options?: CallOptions): Promise<readonly Workflow[]>;
  get(name: string, options?: VersionOptions): Promise<Workflow>;
  /** As a Mermaid state diagram. */
  diagram(name: string, options?: VersionOptions): Promise<string>;
  /** Verifies, then deploys as the next version; the content of the newest again changes nothing. Needs the role `admin`. */
  deploy(name: string, definition: JsonObject, options?: CallOptions): Promise<Deployment>;
  /** Checks a definition without deploying it. */
  verify(definition: JsonObject, options?: CallOptions): Promise<Verification>;
}

/** A deployed workflow, and whether the call made it. */
export interface Deployment {
  readonly workflow: Workflow;
  readonly created: boolean;
}

export function createWorkflows(transport: Transport): Workflows {
  const get = async (path: string, { version, signal }: VersionOptions = {}) =>
    (await transport({ method: 'GET', path, query: { version }, repeat: 'always', signal })).body;

  return {
    async list({ signal } = {}) {
      const all: Workflow[] = [];
      const read = (cursor: string | undefined) =>
        pageOf<Workflow>(transport, { path: '/workflows', query: { cursor, limit: 100 }, signal });
      for await (const workflow of eachEntry(read)) all.push(workflow);
      return all;
    },
    get: async (name, options) => (await get(pathOf(name), options)) as Workflow,
    diagram: async (name, options) => (await get(`${pathOf(name)}/diagram`, options)) as string,
    async deploy(name, definition, { signal } = {}) {
      // Repeated blindly, it could put an old definition over one that somebody else has deployed in between.
      const repeat = 'if-untouched';
      const answer = await transport({ method: 'PUT', path: pathOf(name), body: definition, repeat, signal });
      return { workflow: answer.body as Workflow, created: answer.status === 201 };
    },
    async verify(definition, { signal } = {}) {
      const path = '/workflows/verify';
      const { body } = await transport({ method: 'POST', path, body: definition, repeat: 'always', signal });
      return body as Verification;
    },
  };
}

function pathOf(name: string): string {
  return `/workflows/${encodeURIComponent(name)}`;
}
