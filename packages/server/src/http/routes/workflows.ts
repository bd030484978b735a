import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type DeployedWorkflow, type Finding, parseDefinition, toMermaid, verifyWorkflow } from 'pawl';
import { type Static, Type } from 'typebox';
import { sendJson } from '../answer.ts';
import { callerOf } from '../call.ts';
import type { AppDeps } from '../deps.ts';
import type { Cursors } from '../input/cursor.ts';
import { WORKFLOW_MAX_BYTES } from '../limits.ts';
import { sendPage, windowOf } from '../page.ts';
import { sendProblem } from '../refusal/problem-answer.ts';
import { invalidPart, ProblemError } from '../refusal/problem-error.ts';
import { viewWorkflow } from '../render/workflow.ts';
import { describeOperation } from '../schema/operation.ts';
import { diagramQuery, noQuery, pageQuery, workflowParams, workflowQuery } from '../schema/queries.ts';

const list = describeOperation('list_workflows', {
  tag: 'Workflows',
  summary: 'List the newest version of each workflow',
  answers: { 200: { description: 'A page of workflows, by name.', body: 'WorkflowPage', headers: ['Link'] } },
});
const read = describeOperation('get_workflow', {
  tag: 'Workflows',
  summary: 'Read a workflow',
  answers: { 200: { description: 'The workflow.', body: 'Workflow' } },
  problems: ['workflow-not-found'],
});
const diagram = describeOperation('get_workflow_diagram', {
  tag: 'Workflows',
  summary: 'Draw a workflow as a state diagram',
  answers: { 200: { description: 'Mermaid text.', mediaType: 'text/vnd.mermaid' } },
  problems: ['workflow-not-found', 'not-acceptable'],
});
const deploy = describeOperation('deploy_workflow', {
  tag: 'Workflows',
  summary: 'Deploy a workflow as its next version',
  description: 'It is verified first. The content of the newest version again makes no new version.',
  answers: {
    200: { description: 'The newest version has this content already.', body: 'Workflow' },
    201: { description: 'The new version.', body: 'Workflow', headers: ['Location'] },
  },
  problems: ['malformed-request', 'payload-too-large', 'unsupported-media-type', 'workflow-invalid'],
});
const verify = describeOperation('verify_workflow', {
  tag: 'Workflows',
  summary: 'Check a workflow without deploying it',
  answers: { 200: { description: 'What the check found.', body: 'Verification' } },
  problems: ['malformed-request', 'payload-too-large', 'unsupported-media-type'],
});

/**
 * Any object: what is wrong with it comes back as findings, which say more than a schema could. Each route has its own,
 * because the generator of the document takes examples out of the schemas that it has seen.
 */
const definitionBody = () =>
  Type.Unsafe<Record<string, unknown>>({
    type: 'object',
    description: 'A workflow definition.',
    examples: [{ initial: 'OPEN', states: { OPEN: { on: { close: 'CLOSED' } }, CLOSED: { final: true } } }],
  });

const MERMAID = 'text/vnd.mermaid; charset=utf-8';

/** Reading, checking and deploying lifecycles. */
export function workflows(app: FastifyInstance, { pawl }: AppDeps, cursors: Cursors): void {
  app.get(
    '/workflows',
    { config: list.config, schema: { ...list.docs, querystring: pageQuery } },
    listWorkflows,
  );
  app.get(
    '/workflows/:name',
    { config: read.config, schema: { ...read.docs, params: workflowParams, querystring: workflowQuery } },
    (request, reply) => sendJson(reply, viewWorkflow(find(request))),
  );
  app.get(
    '/workflows/:name/diagram',
    {
      config: diagram.config,
      schema: { ...diagram.docs, params: workflowParams, querystring: diagramQuery },
    },
    drawWorkflow,
  );
  app.put(
    '/workflows/:name',
    {
      config: deploy.config,
      bodyLimit: WORKFLOW_MAX_BYTES,
      schema: { ...deploy.docs, params: workflowParams, querystring: noQuery, body: definitionBody() },
    },
    deployWorkflow,
  );
  app.post(
    '/workflows/verify',
    {
      config: verify.config,
      bodyLimit: WORKFLOW_MAX_BYTES,
      schema: { ...verify.docs, querystring: noQuery, body: definitionBody() },
    },
    (request, reply) => {
      const findings = findingsOf(request.body);
      return sendJson(reply, { valid: findings.every(({ severity }) => severity !== 'error'), findings });
    },
  );

  function listWorkflows(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { tenant } = callerOf(request);
    const scope = { kind: 'workflows', tenant, sequence: '' } as const;
    const window = windowOf(request.query as Static<typeof pageQuery>, cursors, scope);
    const { after } = window;
    const all = [...pawl.workflows.list(tenant)].sort((a, b) => (a.name < b.name ? -1 : 1));
    const rest = after === null ? all : all.filter(({ name }) => name > after);
    const entries = {
      read: rest.slice(window.offset, window.offset + window.limit + 1),
      view: viewWorkflow,
      positionOf: ({ name }: DeployedWorkflow) => name,
    };
    return sendPage(request, reply, window, entries, (position) => cursors.write(scope, position));
  }

  function drawWorkflow(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const workflow = find(request);
    if ((request.query as Static<typeof diagramQuery>).format === 'svg') {
      return sendProblem(request, reply, {
        code: 'not-acceptable',
        detail: 'This server draws mermaid only: ask for format=mermaid.',
        members: { available: ['mermaid'] },
      });
    }
    return reply.header('content-type', MERMAID).send(toMermaid(workflow.compiled.definition));
  }

  async function deployWorkflow(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { name } = request.params as Static<typeof workflowParams>;
    const definition = { name, ...(request.body as object) };
    if (definition.name !== name)
      throw invalidPart('body', 'name', `must be "${name}", as the address says, or absent`);
    const result = await pawl.workflows.deploy(callerOf(request).tenant, definition);
    if (!result.ok) return sendProblem(request, reply, refuseDefinition(result.findings));
    if (result.created)
      reply.code(201).header('location', `/workflows/${name}?version=${result.workflow.version}`);
    return sendJson(reply, viewWorkflow(result.workflow));
  }

  function find(request: FastifyRequest): DeployedWorkflow {
    const { name } = request.params as Static<typeof workflowParams>;
    const { version } = request.query as Static<typeof workflowQuery>;
    const found = pawl.workflows.get(callerOf(request).tenant, name, version);
    if (found !== undefined) return found;
    const which = version === undefined ? '' : ` in version ${version}`;
    throw new ProblemError({ code: 'workflow-not-found', detail: `There is no workflow '${name}'${which}.` });
  }
}

function findingsOf(definition: unknown): readonly Finding[] {
  const parsed = parseDefinition(definition);
  return parsed.ok ? verifyWorkflow(parsed.definition) : parsed.findings;
}

function refuseDefinition(findings: readonly Finding[]) {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return {
    code: 'workflow-invalid',
    detail: `The definition has ${errors} ${errors === 1 ? 'error' : 'errors'}; nothing was deployed.`,
    members: { findings },
  } as const;
}
