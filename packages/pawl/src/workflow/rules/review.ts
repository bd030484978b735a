import { type Finding, finding, pointer } from '../finding.ts';
import { undoOf } from '../work/steps.ts';
import type { Graph } from './graph.ts';

/** Only final states are reviewed, and a redrive leads to a state in which something can happen. */
export function checkReview({ nodes }: Graph): readonly Finding[] {
  return [...nodes.values()].flatMap(({ name, place, state, final }) => {
    if (state.review === undefined) return [];
    if (!final) {
      const detail = `${name} asks for review, but is not final.`;
      const advice = 'Remove `review`, or mark the state `final: true`.';
      return [finding('review-not-final', pointer(place, 'review'), detail, advice)];
    }
    const { redrive } = state.review;
    if (redrive === undefined || nodes.get(redrive)?.final !== true) return [];
    const detail = `A redrive leads from ${name} to ${redrive}, which is final.`;
    const advice = 'Name a state from which the order can go on.';
    return [finding('redrive-to-final', pointer(place, 'review', 'redrive'), detail, advice)];
  });
}

/** Where everything is undone, something can be. */
export function checkCompensation({ definition, nodes }: Graph): readonly Finding[] {
  const all = [...nodes.values()];
  const steps = all.flatMap(({ works }) => works.flatMap((work) => work.steps));
  if (steps.some((step) => undoOf(step, definition.tasks) !== undefined)) return [];
  return all
    .filter(({ state }) => state.compensate === true)
    .map(({ name, place }) => {
      const detail = `${name} undoes completed steps, but no step of the workflow has an undo.`;
      const advice = 'Give the steps that can be taken back an `undo`, or remove `compensate`.';
      return finding('nothing-to-undo', pointer(place, 'compensate'), detail, advice);
    });
}
