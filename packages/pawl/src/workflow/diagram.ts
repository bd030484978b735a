import type { WorkflowDefinition } from './definition.ts';
import { type Exit, exitsOf, guardOf } from './transitions.ts';

/** Draws a definition as a Mermaid state diagram. Equal definitions have equal diagrams. */
export function toMermaid(definition: WorkflowDefinition): string {
  const states = Object.entries(definition.states);
  const lines = [
    ...states.map(
      ([name, state]) =>
        `state "${escapeText(name)}${state.editable ? '<br/>editable' : ''}" as ${idOf(name)}`,
    ),
    `[*] --> ${idOf(definition.initial)}`,
    ...states.flatMap(([name, state]) =>
      [...exitsOf(state, '').values()].flat().map((exit) => arrow(name, exit)),
    ),
    ...states.filter(([, state]) => state.final).map(([name]) => `${idOf(name)} --> [*]`),
  ];
  return ['stateDiagram-v2', ...lines.map((line) => `  ${line}`), ''].join('\n');
}

function arrow(from: string, { event, transition }: Exit): string {
  const guard = guardOf(transition);
  const label = [
    event,
    guard === undefined ? '' : `[${guard.reason ?? guard.cel}]`,
    transition.roles?.length ? `(${transition.roles.join(' or ')})` : '',
    transition.reason === 'required' ? 'with a reason' : '',
  ];
  const text = label
    .filter((part) => part !== '')
    .map(escapeText)
    .join('<br/>');
  return `${idOf(from)} --> ${idOf(transition.to)}: ${text}`;
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
