import type { WorkflowDefinition } from './definition.ts';
import { type Finding, finding } from './finding.ts';
import { checkShape } from './shape/shape.ts';
import { readJson } from './source/json-text.ts';
import { positionsIn, type SourceOffsets, type SourceProblem } from './source/source.ts';
import { readYaml } from './source/yaml-text.ts';

/** Characters of a text: a definition of a hundred states has some 20 KiB. */
export const TEXT_MAX = 256 * 1024;

/** A definition, or why the value is none. */
export type ParseResult =
  | { readonly ok: true; readonly definition: WorkflowDefinition }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** A definition from a text, with the means to say where in the text later findings lie, or why the text holds none. */
export type ParseTextResult =
  | {
      readonly ok: true;
      readonly definition: WorkflowDefinition;
      /** Adds line and column to findings of the definition's verification. */
      readonly locate: (findings: readonly Finding[]) => readonly Finding[];
    }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/** Reads a definition from data. Only its form is judged; `verifyWorkflow` judges what it means. */
export function parseDefinition(value: unknown): ParseResult {
  const findings = checkShape(value);
  if (findings.length > 0) return { ok: false, findings };
  // A copy, so that a caller who changes the value afterwards does not change a deployed workflow.
  return { ok: true, definition: structuredClone(value) as WorkflowDefinition };
}

/** Reads a definition from a JSON or YAML text. Findings carry line and column. */
export function parseText(text: string, format: 'json' | 'yaml'): ParseTextResult {
  if (text.length > TEXT_MAX) return { ok: false, findings: [tooLarge(text.length)] };
  const reading = format === 'json' ? readJson(text) : readYaml(text);
  const position = positionsIn(text);
  if (!reading.ok)
    return { ok: false, findings: reading.problems.map((problem) => asFinding(problem, position)) };
  const locate = (findings: readonly Finding[]) =>
    findings.map((one) => ({ ...one, ...position(offsetOf(one.place, reading.offsets)) }));
  const parsed = parseDefinition(reading.value);
  return parsed.ok ? { ...parsed, locate } : { ok: false, findings: locate(parsed.findings) };
}

function tooLarge(length: number): Finding {
  const detail = `The text has ${length} characters; at most ${TEXT_MAX} are allowed.`;
  return finding('text-too-large', '', detail, 'Split the workflow.');
}

function asFinding(
  { code, place, detail, advice, offset }: SourceProblem,
  position: ReturnType<typeof positionsIn>,
): Finding {
  return { ...finding(code, place, detail, advice), ...position(offset) };
}

/** Where the place itself stands, or the nearest one around it that the text shows. */
function offsetOf(place: string, offsets: SourceOffsets): number {
  return offsets.get(place) ?? offsetOf(place.slice(0, place.lastIndexOf('/')), offsets);
}
