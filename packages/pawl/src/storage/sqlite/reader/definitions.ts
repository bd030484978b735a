import type { StoredDefinition } from '../../../ports/store.ts';
import { hexOf } from './order-rows.ts';

/** The columns of a definition: rows are never deleted, so that their ids ascend. */
export const DEFINITION_COLUMNS = 'rowid AS number, tenant, name, version, hash, content, deployed_at';
/** Definitions in the order of deployment, from one on. */
export const DEFINITIONS_AFTER = `SELECT ${DEFINITION_COLUMNS} FROM definitions WHERE rowid > ? ORDER BY rowid`;

export interface DefinitionRow {
  readonly number: number;
  readonly tenant: number;
  readonly name: string;
  readonly version: number;
  readonly hash: Uint8Array;
  readonly content: string;
  readonly deployed_at: number;
}

export function definitionOf(row: DefinitionRow): StoredDefinition {
  const { number, tenant, name, version, content } = row;
  return { number, tenant, name, version, hash: hexOf(row.hash), content, deployedAt: row.deployed_at };
}
