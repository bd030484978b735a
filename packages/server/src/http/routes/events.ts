import type { FastifyInstance } from 'fastify';
import { type FeedEvent, SHARED_TENANT, type Workflows } from 'pawl';
import type { Static } from 'typebox';
import { sendJson } from '../answer.ts';
import { callerOf } from '../call.ts';
import type { AppDeps } from '../deps.ts';
import type { Cursors } from '../input/cursor.ts';
import { PAGE_DEFAULT } from '../limits.ts';
import { link } from '../page.ts';
import { viewCloudEvent } from '../render/trail.ts';
import { describeOperation } from '../schema/operation.ts';
import { feedQuery } from '../schema/queries.ts';

const feed = describeOperation('list_events', {
  tag: 'Events',
  summary: 'Read the domain events of all orders, in feed order',
  description:
    'Events of one order come in the order of their versions, and none is lost. Go on with `next_cursor`, which is always there: an empty page means that nothing has happened since.',
  answers: { 200: { description: 'A page of CloudEvents.', body: 'EventPage', headers: ['Link'] } },
});

/** What an order's first event is called unless its workflow says otherwise, and what all later ones are. */
const ANNOUNCED = 'OrderCreated';
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
      const position = after === undefined ? 0 : Number(cursors.read(scope, after, 'after'));
      const page = await pawl.feed({ tenant, after: position, limit });
      const next = cursors.write(scope, String(page.next));
      reply.header('link', link(request, 'next', { after: next }));
      const data = page.events.map((event) => viewCloudEvent(event, typeOf(event, pawl.workflows)));
      return sendJson(reply, { data, next_cursor: next });
    },
  );
}

function typeOf({ head, payload, workflow }: FeedEvent, workflows: Workflows): string {
  if (head.version > 1) return UPDATED;
  // By content, because a tenant may have deployed a workflow of its own under a shared name since.
  const version = payload?.created?.workflowVersion;
  for (const tenant of [head.tenant, SHARED_TENANT]) {
    const deployed = workflows.get(tenant, workflow, version);
    if (deployed?.hash === head.workflowHash) return deployed.compiled.announces;
  }
  return ANNOUNCED;
}
