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
  /** Starts up to 1,000 of those anew that await review. `more` says whether to call again, with another key. */
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
