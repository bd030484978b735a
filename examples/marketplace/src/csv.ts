import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';

/** A row by the names of its columns. */
export type Row<Column extends string> = Readonly<Record<Column, string>>;

/**
 * The rows of a CSV file with a header, plain or (`.gz`) compressed, one at a time.
 * @param onBytes told how many bytes of the file were read since the last call.
 * @throws {Error} if the file cannot be read, is not CSV, or lacks a column.
 */
export async function* readRows<Column extends string>(
  path: string,
  columns: readonly Column[],
  onBytes: (bytes: number) => void = () => undefined,
): AsyncGenerator<Row<Column>, void, undefined> {
  const file = createReadStream(path);
  file.on('data', (chunk) => onBytes(chunk.length));
  const parser = parse({ bom: true, columns: (header: string[]) => checkHeader(path, header, columns) });
  // The error of any part destroys the parser, and so ends the loop below.
  const done = () => undefined;
  if (path.endsWith('.gz')) pipeline(file, createGunzip(), parser, done);
  else pipeline(file, parser, done);
  for await (const row of parser) yield row as Row<Column>;
}

function checkHeader(path: string, header: readonly string[], wanted: readonly string[]): string[] {
  const missing = wanted.filter((column) => !header.includes(column));
  if (missing.length === 0) return [...header];
  throw new Error(`${path} has no column ${missing.join(', ')}; it has ${header.join(', ')}`);
}
