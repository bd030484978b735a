import type { FastifyInstance } from 'fastify';
import type { Definitions, FeedEvent } from 'pawl';
import type { Static } from 'typebox';
import { sendJson } from '../answer.ts';
import { callerOf } from '../call.ts';
import type { AppDeps } from '../deps.ts';
import type { Cursors } from '../input/cursor.ts';
import { PAGE_DEFAULT } from '../limits.ts';
import { link } from '../page.ts';
import { readRetained } from '../refusal/detached.ts';
import { viewCloudEvent } from '../render/trail.ts';
import { describeOperation } from '../schema/operation.ts';
import { feedQuery } from '../schema/queries.ts';

const feed = describeOperation('list_events', {
  tag: 'Events',
  summary: 'Read the domain events of all orders, in feed order',
  description:
    'Events of one order come in the order of their versions, and none is lost. Go on with `next_cursor`, which is always there: an empty page means that nothing has happened since. Without `after` the feed begins with the first event that is not detached; a cursor from before it is 410, with the `next_cursor` that leads there.',
  answers: { 200: { description: 'A page of CloudEvents.', body: 'EventPage', headers: ['Link'] } },
  problems: ['history-detached'],
});

/** What every event after an order's first one is called. */
const UPDATED = 'OrderUpdated';

/** The feed of domain events. */
export function events(app: FastifyInstance, { pawl }: AppDeps, cursors: Cursors): void {
  app.get(
    '/events',
    { config: feed.config, schema: { ...feed.docs, querystring: feedQuery } },
    async (request, reply) => {
      const { after, limit = PAGE_DEFAULT } = request.query as Static<typeof feedQuery>;
      const { tenant } = callerOf(request);
      const scope = { kind: 'feed', tenant, sequence: '' } as const;
      const position = after === undefined ? null : Number(cursors.read(scope, after, 'after'));
      const cursorOf = (last: number) => cursors.write(scope, String(last));
      const page = await readRetained(pawl.feed({ tenant, after: position, limit }), cursorOf);
      const next = cursorOf(page.next);
      reply.header('link', link(request, 'next', { after: next }));
      const data = page.events.map((event) => viewCloudEvent(event, typeOf(event, pawl.workflows)));
      return sendJson(reply, { data, next_cursor: next });
    },
  );
}

function typeOf({ head }: FeedEvent, workflows: Definitions): string {
  return head.version > 1 ? UPDATED : workflows.byHash(head.workflowHash).compiled.announces;
}
