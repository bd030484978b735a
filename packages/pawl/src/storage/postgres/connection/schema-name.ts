import { StoreUnavailableError } from '../../../ports/store.ts';

/** Where the tables lie unless told otherwise. */
const SCHEMA = 'pawl';
/** Names that need no quotes, so that they can stand in a list of schemas. */
const SCHEMA_NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/** The schema that was named, or else the usual one. @throws StoreUnavailableError for what cannot be named in a search path. */
export function schemaNamed(schema: string = SCHEMA): string {
  if (SCHEMA_NAME.test(schema)) return schema;
  throw new StoreUnavailableError(`"${schema}" is no name of a schema: use lower-case letters, digits and _`);
}
