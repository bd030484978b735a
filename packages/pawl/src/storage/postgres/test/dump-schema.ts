import type { PostgresTests } from './postgres.ts';

/** A name of the database's own, and what it is made of, in an order that does not depend on it. */
interface Part {
  readonly name: string;
  readonly text: string;
}

const TABLES = `SELECT c.relname AS name, concat_ws(E'\\n',
    format('TABLE %s%s%s (', c.relname,
      CASE WHEN c.relkind = 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(c.oid) END,
      CASE WHEN c.reloptions IS NOT NULL THEN ' WITH (' || array_to_string(c.reloptions, ', ') || ')' END),
    (SELECT string_agg(concat_ws(' ', '  ' || a.attname, format_type(a.atttypid, a.atttypmod),
        CASE WHEN co.collname <> 'default' THEN 'COLLATE ' || co.collname END, CASE WHEN a.attnotnull THEN 'NOT NULL' END,
        CASE a.attidentity WHEN 'a' THEN 'IDENTITY' END,
        CASE WHEN a.attgenerated = 's' THEN 'GENERATED AS ' || regexp_replace(pg_get_expr(d.adbin, d.adrelid), '\\s+', ' ', 'g') END),
        E'\\n' ORDER BY a.attnum)
      FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      LEFT JOIN pg_collation co ON co.oid = a.attcollation
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
    ')',
    (SELECT string_agg(replace(pg_get_indexdef(i.indexrelid), $1 || '.', ''), E'\\n' ORDER BY i.indexrelid::regclass::text)
      FROM pg_index i WHERE i.indrelid = c.oid)) AS text
  FROM pg_class c WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition`;
const FUNCTIONS = `SELECT p.proname AS name, format('FUNCTION %s(%s) RETURNS %s', p.proname, pg_get_function_arguments(p.oid),
    pg_get_function_result(p.oid)) AS text
  FROM pg_proc p WHERE p.pronamespace = $1::regnamespace`;

/** The tables, indexes and functions of the present schema, without the parts of the events table. */
export async function dumpSchema({ sql, schema }: Pick<PostgresTests, 'sql' | 'schema'>): Promise<string> {
  const parts = [...(await sql<Part>(TABLES, [schema])), ...(await sql<Part>(FUNCTIONS, [schema]))];
  return parts
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ text }) => `${text}\n`)
    .join('\n');
}
