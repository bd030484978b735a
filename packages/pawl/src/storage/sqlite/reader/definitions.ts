import type { StoredDefinition } from '../../../ports/store.ts';
import { hexOf } from './order-rows.ts';

/** Every deployed definition, in the order of the port. */
export const ALL_DEFINITIONS =
  'SELECT tenant, name, version, hash, content, deployed_at FROM definitions ORDER BY tenant, name, version';

export interface DefinitionRow {
  readonly tenant: number;
  readonly name: string;
  readonly version: number;
  readonly hash: Uint8Array;
  readonly content: string;
  readonly deployed_at: number;
}

export function definitionOf(row: DefinitionRow): StoredDefinition {
  const { tenant, name, version, content } = row;
  return { tenant, name, version, hash: hexOf(row.hash), content, deployedAt: row.deployed_at };
}
