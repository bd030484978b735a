import { constants } from 'node:fs';
import { access, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DetachedPart, Holder, Inspection, Month, PostgresArchive } from '../compose.ts';
import { sha256Of, sync, writeArchive } from './archive-file.ts';
import { verifyArchive } from './verify-archive.ts';

/** What is being done, told as it goes. */
export type Progress =
  | { readonly step: 'waiting'; readonly holders: readonly Holder[] }
  | { readonly step: 'detached' | 'verified' | 'written' | 'sealed' | 'dropped'; readonly part: DetachedPart }
  | { readonly step: 'writing'; readonly part: DetachedPart; readonly events: number }
  | { readonly step: 'trimming'; readonly rows: number };

export type ArchiveOutcome =
  /** `parts` are those that were worked on: none where there was nothing left to archive. */
  | { readonly kind: 'done'; readonly parts: readonly DetachedPart[]; readonly trimmed: number }
  /** What stands in the way; nothing was changed. */
  | { readonly kind: 'refused'; readonly inspection: Inspection }
  | { readonly kind: 'moved' }
  | { readonly kind: 'held'; readonly holders: readonly Holder[] };

export interface MonthTools {
  readonly archive: PostgresArchive;
  readonly month: Month;
  readonly directory: string;
  /** Leave the detached table where it is. */
  readonly keep: boolean;
  readonly inspect: () => Promise<Inspection>;
  readonly tell: (progress: Progress) => void;
}

/**
 * Detaches the month's part, writes and verifies its archive, and only then drops the events. Each step leaves in the database or on
 * disk what the next begins with, so that whatever ends this, another call goes on with it.
 */
export async function archiveMonth(tools: MonthTools): Promise<ArchiveOutcome> {
  const { archive, month, keep } = tools;
  const begun = (await archive.unfinished(month)).filter(({ sha256 }) => sha256 === null || !keep);
  const found = begun.length > 0 ? begun : await detach(tools);
  if ('kind' in found) return found;
  const parts: DetachedPart[] = [];
  for (const part of found) parts.push(await finish(tools, part));
  let trimmed = 0;
  for await (const rows of archive.trim()) {
    trimmed = rows;
    tools.tell({ step: 'trimming', rows });
  }
  return { kind: 'done', parts, trimmed };
}

async function detach(tools: MonthTools): Promise<readonly DetachedPart[] | ArchiveOutcome> {
  const { archive, month, inspect, tell } = tools;
  const inspection = await inspect();
  if (inspection.events === 0) return [];
  if (inspection.obstacles.length > 0) return { kind: 'refused', inspection };
  // Before anything is detached: a directory that takes no file is found out now.
  await access(tools.directory, constants.W_OK);
  const verdict = await archive.detach(month, inspection, (holders) => tell({ step: 'waiting', holders }));
  if (verdict.kind !== 'detached') return verdict;
  tell({ step: 'detached', part: verdict.part });
  return [verdict.part];
}

async function finish(tools: MonthTools, begun: DetachedPart): Promise<DetachedPart> {
  const { archive, keep, directory, tell } = tools;
  const path = join(directory, begun.file);
  const isThere = begun.sha256 !== null && (await shaIfThere(path)) === begun.sha256;
  const part = isThere ? begun : await write(tools, begun, path);
  if (keep) return part;
  await archive.drop(part);
  tell({ step: 'dropped', part });
  return part;
}

/** Under another name until it is verified: what has the archive's name is whole. */
async function write({ archive, tell }: MonthTools, part: DetachedPart, path: string): Promise<DetachedPart> {
  const unfinished = `${path}.unfinished`;
  await writeArchive(
    unfinished,
    counted(archive.pages(part), (events) => tell({ step: 'writing', part, events })),
  );
  const { orders, events, faults, sha256 } = await verifyArchive(unfinished);
  if (faults.length > 0 || events !== part.events || orders !== part.orders) {
    const what = `${events} events of ${orders} orders, ${part.events} of ${part.orders} were detached`;
    throw new Error(
      `${unfinished} is not whole, and the events stay in the table ${part.table}: ${[what, ...faults].join('; ')}`,
    );
  }
  tell({ step: 'verified', part });
  const there = await shaIfThere(path);
  if (there !== null && there !== sha256)
    throw new Error(
      `${path} is there already and is another archive: move it away, or name another directory`,
    );
  await rename(unfinished, path);
  await sync(dirname(path));
  tell({ step: 'written', part });
  await archive.seal(part, sha256);
  const sealed = { ...part, sha256 };
  tell({ step: 'sealed', part: sealed });
  return sealed;
}

async function* counted<T>(
  pages: AsyncIterable<readonly T[]>,
  tell: (count: number) => void,
): AsyncGenerator<readonly T[]> {
  let count = 0;
  for await (const page of pages) {
    yield page;
    count += page.length;
    tell(count);
  }
}

async function shaIfThere(path: string): Promise<string | null> {
  try {
    return await sha256Of(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
