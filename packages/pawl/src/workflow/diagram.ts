import type { StateDefinition, WorkDefinition, WorkflowDefinition } from './definition.ts';
import { type Exit, exitsOf, type Guarded, guardOf, timersOf } from './transitions.ts';
import { stagesOf } from './work/steps.ts';

/** Draws a definition as a Mermaid state diagram. Equal definitions have equal diagrams. */
export function toMermaid(definition: WorkflowDefinition): string {
  const states = Object.entries(definition.states);
  const lines = [
    ...states.map(([name, state]) => `state "${lined(labelOf(name, state))}" as ${idOf(name)}`),
    `[*] --> ${idOf(definition.initial)}`,
    ...states.flatMap(([name, state]) => arrowsOf(name, state)),
    ...states.filter(([, state]) => state.final).map(([name]) => `${idOf(name)} --> [*]`),
  ];
  return ['stateDiagram-v2', ...lines.map((line) => `  ${line}`), ''].join('\n');
}

function labelOf(name: string, { editable, run, compensate, review }: StateDefinition): readonly string[] {
  return [
    name,
    editable ? 'editable' : '',
    compensate ? 'undoes completed steps' : '',
    run === undefined ? '' : tasksOf(run),
    review === undefined ? '' : 'review',
  ];
}

function arrowsOf(from: string, state: StateDefinition): readonly string[] {
  const arrow = (to: string | undefined, ...label: readonly string[]) =>
    to === undefined ? [] : [`${idOf(from)} --> ${idOf(to)}: ${lined(label)}`];
  return [
    ...[...exitsOf(state, '').values()].flat().flatMap(({ event, transition }) => {
      const { to, run, done, failed } = transition;
      const demands = [event, ...demandsOf(transition)];
      if (run === undefined) return arrow(to, ...demands);
      const ends = (end: string) => [...demands, `${tasksOf(run)} ${end}`];
      return [...arrow(done, ...ends('done')), ...arrow(failed, ...ends('failed'))];
    }),
    ...arrow(state.done, 'done'),
    ...arrow(state.failed, 'failed'),
    ...timersOf(state, '').flatMap(({ after, timer }) => arrow(timer.to, `after ${after}`, guardText(timer))),
    ...arrow(state.review?.redrive, 'redrive'),
  ];
}

/** What a transition asks of the order and of the caller. */
function demandsOf(transition: Exit['transition']): readonly string[] {
  return [
    guardText(transition),
    transition.roles?.length ? `(${transition.roles.join(' or ')})` : '',
    transition.reason === 'required' ? 'with a reason' : '',
  ];
}

function guardText(guarded: Guarded): string {
  const guard = guardOf(guarded);
  return guard === undefined ? '' : `[${guard.reason ?? guard.cel}]`;
}

/** Stages are parted by commas, steps at the same time by plus signs. */
function tasksOf(run: WorkDefinition): string {
  const texts = stagesOf(run, '').map((stage) =>
    stage
      .map(({ step }) => (step.topic === undefined ? step.task : `${step.task} ${step.topic}`))
      .join(' + '),
  );
  return texts.join(', ');
}

function lined(parts: readonly string[]): string {
  return parts
    .filter((part) => part !== '')
    .map(escapeText)
    .join('<br/>');
}

/** Words like END or NOTE are part of Mermaid's syntax, in any case; with a prefix no state is one of them. */
function idOf(state: string): string {
  return `s_${escapeText(state)}`;
}

/** Everything that could end a label or mean something in it becomes a character reference, in Mermaid's spelling. */
function escapeText(text: string): string {
  return text
    .replace(/\s+/gu, ' ')
    .replace(/[^\p{L}\p{N} _.,()[\]=+*/'-]/gu, (character) => `#${character.codePointAt(0)};`);
}
