import type { Request, WriterCalls } from '../threads/protocol.ts';

export type WriterRequest = Request<WriterCalls>;
/** What must be durable before it is answered, and may share a transaction. */
export type BatchedRequest = Extract<
  WriterRequest,
  { readonly kind: 'commit' | 'claim' | 'update-tasks' | 'change-stock' }
>;

/** Units and tasks in one transaction, so that the first of them is not kept waiting by all that follow. */
const SIZE_MAX = 1_024;

/** Those from a place on that follow each other and fit one transaction; none if the first is of another kind. */
export function batchedFrom(requests: readonly WriterRequest[], from: number): readonly BatchedRequest[] {
  const batched: BatchedRequest[] = [];
  for (let at = from, size = 0; at < requests.length; at++) {
    const request = requests[at] as WriterRequest;
    if (!isBatched(request)) break;
    size += sizeOf(request);
    if (batched.length > 0 && size > SIZE_MAX) break;
    batched.push(request);
  }
  return batched;
}

export function isBatched(request: WriterRequest): request is BatchedRequest {
  const { kind } = request;
  return kind === 'commit' || kind === 'claim' || kind === 'update-tasks' || kind === 'change-stock';
}

function sizeOf(request: BatchedRequest): number {
  switch (request.kind) {
    case 'commit':
      return request.ask.units[0] as number;
    case 'claim':
      return request.ask.query.limit;
    case 'update-tasks':
      return request.ask.updates.length;
    case 'change-stock':
      return 1;
  }
}
