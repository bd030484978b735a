import { sendCommand } from './command.ts';
import type { CallOptions, CommandOptions } from './options.ts';
import { behind, eachEntry, pageOf } from './pages.ts';
import type { Transport } from './transport.ts';
import type { DeadLetter, DeadLetterQuery, Page, Redriven, RedriveRequest } from './types.ts';

/** Orders that people have to look at. */
export interface DeadLetters {
  /** One page, oldest order first. */
  list(query?: DeadLetterQuery, options?: CallOptions): Promise<Page<DeadLetter>>;
  iterate(query?: DeadLetterQuery, options?: CallOptions): AsyncIterable<DeadLetter>;
  /**
   * Starts up to 1,000 of those anew that await review, oldest first. While the answer has a `next_cursor`, call again with
   * it as the `cursor`, the same filter and another key: what has failed again by then is behind you.
   */
  redrive(request: RedriveRequest, options?: CommandOptions): Promise<Redriven>;
}

export function createDeadLetters(transport: Transport): DeadLetters {
  const list: DeadLetters['list'] = (query, options) =>
    pageOf<DeadLetter>(transport, { path: '/dead-letters', query, signal: options?.signal });
  return {
    list,
    iterate: (query = {}, options) => eachEntry((cursor) => list(behind(query, cursor), options)),
    async redrive(request, options) {
      const answer = await sendCommand(transport, 'POST', '/dead-letters/redrive', request, options);
      return answer.body as Redriven;
    },
  };
}
