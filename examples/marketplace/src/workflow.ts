import { readFile } from 'node:fs/promises';
import { isPawlError, type JsonObject, type PawlClient } from '@pawl/client';
import { parse } from 'yaml';
import { WORKFLOW } from './operations.ts';

const DEFINITION = new URL('../workflows/marketplace.yaml', import.meta.url);

/** Deploys the workflow where the service has none of its name; one that it has is used as it is. */
export async function ensureWorkflow(pawl: PawlClient): Promise<void> {
  try {
    await pawl.workflows.get(WORKFLOW);
  } catch (error) {
    if (!isPawlError(error, 'workflow-not-found')) throw error;
    await deploy(pawl);
  }
}

async function deploy(pawl: PawlClient): Promise<void> {
  try {
    const definition = parse(await readFile(DEFINITION, 'utf8')) as JsonObject;
    await pawl.workflows.deploy(WORKFLOW, definition);
  } catch (error) {
    if (!isPawlError(error, 'role-required')) throw error;
    const advice =
      'start it with WORKFLOWS_DIR=examples/marketplace/workflows, or load with an admin’s key once';
    throw new Error(`the service does not know the workflow ${WORKFLOW}: ${advice}`, { cause: error });
  }
}
