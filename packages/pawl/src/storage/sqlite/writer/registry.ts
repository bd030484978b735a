import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ActorKind } from '../../../order/command.ts';
import type { Deployment, NewDefinition, StoredDefinition } from '../../../ports/store.ts';
import { DEFINITION_COLUMNS, type DefinitionRow, definitionOf } from '../reader/definitions.ts';
import { inTransaction } from './transaction.ts';

const FIND_TENANT = 'SELECT number FROM tenants WHERE name = ?';
const ADD_TENANT = 'INSERT INTO tenants (name) VALUES (?)';
const FIND_ACTOR = 'SELECT number FROM actors WHERE tenant = ? AND kind = ? AND name = ?';
const NEXT_ACTOR = 'SELECT coalesce(max(number), 0) + 1 AS number FROM actors WHERE tenant = ?';
const ADD_ACTOR = 'INSERT INTO actors (tenant, number, kind, name) VALUES (?, ?, ?, ?)';
const NEWEST = `SELECT ${DEFINITION_COLUMNS} FROM definitions WHERE tenant = ? AND name = ? ORDER BY version DESC LIMIT 1`;
const EVER = `SELECT ${DEFINITION_COLUMNS} FROM definitions WHERE tenant = ? AND name = ? AND hash = ? ORDER BY version DESC LIMIT 1`;
// A tenant's own versions count on from the shared ones of that name (tenant 0), which its older orders may be pinned to.
const NEXT_VERSION =
  'SELECT coalesce(max(version), 0) + 1 AS number FROM definitions WHERE tenant IN (0, ?) AND name = ?';
const ADD_DEFINITION =
  'INSERT INTO definitions (tenant, name, version, hash, content, deployed_at) VALUES (?, ?, ?, ?, ?, ?)';

/** Tenants, actors and definitions: written seldom, each in a transaction of its own. */
export class Registry {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  tenant(name: string): number {
    return inTransaction(this.#database, () => {
      const known = numberIn(this.#statement(FIND_TENANT).get(name));
      return known ?? Number(this.#statement(ADD_TENANT).run(name).lastInsertRowid);
    });
  }

  actor(tenant: number, kind: ActorKind, name: string): number {
    return inTransaction(this.#database, () => {
      const known = numberIn(this.#statement(FIND_ACTOR).get(tenant, kind, name));
      if (known !== undefined) return known;
      const number = numberIn(this.#statement(NEXT_ACTOR).get(tenant)) as number;
      this.#statement(ADD_ACTOR).run(tenant, number, kind, name);
      return number;
    });
  }

  deploy(definition: NewDefinition, now: number): Deployment {
    return inTransaction(this.#database, () => {
      const newest = this.#newest(definition);
      const same =
        newest?.hash === definition.hash
          ? newest
          : definition.unlessEver
            ? this.#ever(definition)
            : undefined;
      if (same !== undefined) return { definition: same, created: false };
      return { definition: this.#add(definition, this.#nextVersion(definition), now), created: true };
    });
  }

  #newest({ tenant, name }: NewDefinition): StoredDefinition | undefined {
    return found(this.#statement(NEWEST).get(tenant, name));
  }

  #nextVersion({ tenant, name }: NewDefinition): number {
    return numberIn(this.#statement(NEXT_VERSION).get(tenant, name)) as number;
  }

  #ever({ tenant, name, hash }: NewDefinition): StoredDefinition | undefined {
    return found(this.#statement(EVER).get(tenant, name, Buffer.from(hash, 'hex')));
  }

  #add({ tenant, name, hash, content }: NewDefinition, version: number, now: number): StoredDefinition {
    const values = [tenant, name, version, Buffer.from(hash, 'hex'), content, now] as const;
    const number = Number(this.#statement(ADD_DEFINITION).run(...values).lastInsertRowid);
    return { number, tenant, name, version, hash, content, deployedAt: now };
  }

  /** Not kept: these run a few times a day. */
  #statement(sql: string): StatementSync {
    return this.#database.prepare(sql);
  }
}

function numberIn(row: Record<string, unknown> | undefined): number | undefined {
  return row?.['number'] as number | undefined;
}

function found(row: unknown): StoredDefinition | undefined {
  return row === undefined ? undefined : definitionOf(row as DefinitionRow);
}
