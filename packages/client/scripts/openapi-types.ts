import { readFile, writeFile } from 'node:fs/promises';
import openapiTypes, { astToString } from 'openapi-typescript';

/** The server's own document, kept equal to what it serves by a test of the server. */
const DOCUMENT = new URL('../../../docs/openapi.json', import.meta.url);
const TYPES = new URL('../src/openapi.gen.ts', import.meta.url);

const HEAD = '// Generated from docs/openapi.json by `npm run generate -w @pawl/client`. Do not edit.\n\n';
/** The others repeat these by path. */
const WANTED: readonly unknown[] = ['components', 'operations'];

/** The types of what the server takes and answers, as text. */
export async function generateTypes(): Promise<string> {
  const document = JSON.parse(await readFile(DOCUMENT, 'utf8')) as Parameters<typeof openapiTypes>[0];
  const options = { alphabetize: true, emptyObjectsUnknown: true, immutable: true };
  const nodes = await openapiTypes(document, options);
  return HEAD + astToString(nodes.filter((node) => 'name' in node && WANTED.includes(nameOf(node.name))));
}

/** The types that are checked in. */
export async function readTypes(): Promise<string> {
  return readFile(TYPES, 'utf8');
}

function nameOf(identifier: unknown): unknown {
  return typeof identifier === 'object' && identifier !== null ? Reflect.get(identifier, 'text') : undefined;
}

if (import.meta.main) await writeFile(TYPES, await generateTypes());
