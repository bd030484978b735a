import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { OrderEvent } from 'pawl';

/** Only whoever archives may read it: it holds what customers have ordered. */
const FILE_MODE = 0o600;

/** An event with the name of its order's workflow. */
export type ArchivedEvent = OrderEvent & { readonly workflow: string };

/** Writes an archive, one line of JSON an event, compressed; it is on disk when this resolves. */
export async function writeArchive(
  path: string,
  pages: AsyncIterable<readonly ArchivedEvent[]>,
): Promise<void> {
  const lines = Readable.from(texts(pages), { objectMode: true });
  await pipeline(lines, createGzip(), createWriteStream(path, { mode: FILE_MODE }));
  await sync(path);
}

/** Makes sure that a file, or what a directory says of its files, is on disk. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The events of an archive, as far as they can be read. @throws {Error} where a line is none, or the file is cut off. */
export async function* readArchive(path: string): AsyncGenerator<ArchivedEvent> {
  const input = createReadStream(path);
  const text = input.pipe(createGunzip());
  // A pipe does not hand on what goes wrong before it.
  input.on('error', (error) => text.destroy(error));
  try {
    for await (const line of createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY }))
      yield eventOf(line);
  } finally {
    input.destroy();
  }
}

/** Of the file's bytes, in hexadecimal. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return hash.digest('hex');
}

async function* texts(pages: AsyncIterable<readonly ArchivedEvent[]>): AsyncGenerator<string> {
  for await (const events of pages) if (events.length > 0) yield events.map(lineOf).join('');
}

/** The payload stands there as the text that was hashed. */
function lineOf({
  workflow,
  head,
  previousHash,
  payloadHash,
  hash,
  payloadText,
  salt,
}: ArchivedEvent): string {
  return `${JSON.stringify({ workflow, head, previousHash, payloadHash, hash, payload: payloadText, salt })}\n`;
}

function eventOf(line: string): ArchivedEvent {
  const { payload: payloadText, ...event } = JSON.parse(line) as Omit<ArchivedEvent, 'payload'> & {
    readonly payload: string | null;
  };
  // What is no event lacks what is looked at first.
  if (typeof event.head?.version !== 'number') throw new Error('a line is no event');
  return { ...event, payloadText, payload: payloadText === null ? null : JSON.parse(payloadText) };
}
