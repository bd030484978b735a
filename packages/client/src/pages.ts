import type { Query, Transport } from './transport.ts';
import type { Page } from './types.ts';

/** Where a page is read. */
export interface PageRequest {
  readonly path: string;
  readonly query?: Query | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Reads one page of a list. */
export async function pageOf<T>(transport: Transport, request: PageRequest): Promise<Page<T>> {
  const { body } = await transport({ method: 'GET', repeat: 'always', ...request });
  return body as Page<T>;
}

/** All entries of a list. The next page is read when the one before has been consumed, so that memory stays bounded. */
export async function* eachEntry<T>(
  read: (cursor: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<T, void, undefined> {
  let cursor: string | undefined;
  do {
    const page: Page<T> = await read(cursor);
    yield* page.data;
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
}

/** The rest of a list. An offset would be counted from its beginning again, so it is for the first page only. */
export function behind<Q extends object>(query: Q, cursor: string | undefined): Q {
  if (cursor === undefined) return query;
  const { offset: _, ...rest } = query as Q & { readonly offset?: number };
  return { ...rest, cursor } as unknown as Q;
}
