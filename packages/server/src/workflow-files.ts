import { isUtf8 } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { type Finding, parseText, verifyWorkflow, type WorkflowDefinition } from 'pawl';

const FORMATS: Readonly<Record<string, 'yaml' | 'json'>> = {
  '.yaml': 'yaml',
  '.yml': 'yaml',
  '.json': 'json',
};

/** What a file holds; without a definition if its findings have an error among them. */
export interface WorkflowFile {
  readonly path: string;
  readonly definition?: WorkflowDefinition;
  readonly findings: readonly Finding[];
}

/** Reads and verifies one file; by its ending it is JSON, or else YAML. @throws {Error} if it cannot be read. */
export function readWorkflowFile(path: string): WorkflowFile {
  const bytes = readFileSync(path);
  // Read as UTF-8 anyway, other bytes would only be strange characters in a name.
  if (!isUtf8(bytes)) throw new Error(`${path} is not UTF-8`);
  const parsed = parseText(bytes.toString('utf8'), FORMATS[extname(path).toLowerCase()] ?? 'yaml');
  if (!parsed.ok) return { path, findings: parsed.findings };
  const findings = parsed.locate(verifyWorkflow(parsed.definition));
  return findings.some(isError) ? { path, findings } : { path, findings, definition: parsed.definition };
}

/** A line that terminals and editors link to the place. */
export function findingText(path: string, { line, column, severity, code, detail, advice }: Finding): string {
  const place = line === undefined ? '' : `:${line}:${column ?? 1}`;
  return `${path}${place} ${severity} ${code}: ${detail} ${advice}`.trimEnd();
}

/** Definitions to deploy, with what is doubtful about them, or all that is wrong. */
export type DefinitionsResult =
  | {
      readonly ok: true;
      readonly definitions: readonly WorkflowDefinition[];
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads the shipped definitions and those of the operator's directory, which take the place of shipped ones of the same name. */
export function readDefinitions(shippedDir: string, ownDir: string | null): DefinitionsResult {
  const shipped = readDirectory(shippedDir);
  const own = ownDir === null ? [] : readDirectory(ownDir);
  const problems = [...textsOf([...shipped, ...own], 'error'), ...namedTwice(own)];
  if (problems.length > 0) return { ok: false, problems };
  const ownNames = new Set(own.map(({ definition }) => definition?.name));
  const used = [...shipped.filter(({ definition }) => !ownNames.has(definition?.name)), ...own];
  const definitions = used.flatMap(({ definition }) => definition ?? []);
  return { ok: true, definitions, warnings: textsOf(used, 'warning') };
}

/** Files in the order of their names, so that every start deploys alike. */
function readDirectory(directory: string): readonly WorkflowFile[] {
  const names = readdirSync(directory).filter((name) => extname(name).toLowerCase() in FORMATS);
  return names.sort().map((name) => readWorkflowFile(join(directory, name)));
}

function textsOf(files: readonly WorkflowFile[], severity: Finding['severity']): string[] {
  return files.flatMap(({ path, findings }) =>
    findings.filter((finding) => finding.severity === severity).map((finding) => findingText(path, finding)),
  );
}

/** Of two files with one name the last would win: whichever that is, somebody did not mean it. */
function namedTwice(files: readonly WorkflowFile[]): string[] {
  const firstPath = new Map<string, string>();
  const problems: string[] = [];
  for (const { path, definition } of files) {
    if (definition === undefined) continue;
    const first = firstPath.get(definition.name);
    if (first === undefined) firstPath.set(definition.name, path);
    else
      problems.push(
        `${path} error name-taken: The workflow ${definition.name} is defined by ${first} as well.`,
      );
  }
  return problems;
}

function isError({ severity }: Finding): boolean {
  return severity === 'error';
}
