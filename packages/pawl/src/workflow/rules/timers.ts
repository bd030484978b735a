import { type Finding, finding } from '../finding.ts';
import { type Graph, type GraphNode, type GraphTimer, isUnattended, reachable } from './graph.ts';
import { alwaysHolds } from './guards.ts';

/** Every timer of a state can be the one that moves the order. */
export function checkTimers({ nodes }: Graph): readonly Finding[] {
  return [...nodes.values()].flatMap(({ timers }) =>
    timers.flatMap((timer, index) => idleTimer(timer, index, timers) ?? []),
  );
}

/** No order can move on and on without anybody who sends an event. */
export function checkLoops({ nodes }: Graph): readonly Finding[] {
  const next = (name: string) =>
    nodes
      .get(name)
      ?.edges.filter(isUnattended)
      .map(({ to }) => to) ?? [];
  const after = new Map([...nodes.keys()].map((name) => [name, reachable(next(name), next)]));
  const looping = [...nodes.values()].filter(({ name }) => after.get(name)?.has(name));
  const told = new Set<string>();
  return looping.flatMap((node) => {
    if (told.has(node.name)) return [];
    const loop = looping.filter(
      ({ name }) => after.get(node.name)?.has(name) && after.get(name)?.has(node.name),
    );
    for (const { name } of loop) told.add(name);
    return loopFinding(node, loop);
  });
}

function idleTimer(
  { after, delayMs, place }: GraphTimer,
  index: number,
  timers: readonly GraphTimer[],
): Finding | undefined {
  const same = timers.slice(0, index).find((other) => other.delayMs === delayMs);
  if (same !== undefined) {
    const detail = `${same.after} and ${after} are due at the same time.`;
    return finding('timers-at-once', place, detail, 'Remove one of them, or change its time.');
  }
  const first = timers.find((other) => other.delayMs < delayMs && alwaysHolds(other.guard) === true);
  if (first === undefined) return undefined;
  const detail = `The timer after ${first.after} always moves the order before this one is due.`;
  return finding('timer-never-due', place, detail, 'Remove it, or guard the earlier one.');
}

function loopFinding({ name, place }: GraphNode, loop: readonly GraphNode[]): Finding {
  const detail =
    loop.length === 1
      ? `Work or a timer leads from ${name} back to ${name}, so that it starts again without end.`
      : `Work and timers lead in a circle, without anybody who sends an event: ${loop.map((one) => one.name).join(', ')}.`;
  const advice = 'Let an event stand in the circle; to try work again, give its step a `retry`.';
  return finding('unattended-loop', place, detail, advice);
}
