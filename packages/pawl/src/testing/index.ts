// For those who write histories by hand instead of having an engine make them.
export { genesisHash, sealEvent } from '../order/chain.ts';
export { orderIdOf, orderIdToBytes } from '../order/order-id.ts';
export { checkHistory } from './history/check-history.ts';
export { type FinalOrder, type FinalState, type FinalStock, readFinalState } from './history/final-state.ts';
export type {
  Answer as CallAnswer,
  Attempt,
  Call,
  Effect,
  History,
  Read,
  StockCall,
  Subscription,
} from './history/history.ts';
export { HistoryRecorder } from './history/recorder.ts';
export type { BrokenPromise, Violation } from './history/violation.ts';
export type { HeldTasks } from './scripts/gate.ts';
export type { Answer, AnswerFunction, TaskCall } from './scripts/script.ts';
export type { TaskScripts, Times } from './scripts/task-scripts.ts';
export { createSeededRandom } from './seeded-random.ts';
export { type Chance, createChance } from './simulation/chance.ts';
export {
  type Exploration,
  type ExploreOptions,
  explore,
  failureText,
  type SimulationFailure,
} from './simulation/explore.ts';
export { OutsideWorld } from './simulation/outside-world.ts';
export type { Plan } from './simulation/plan.ts';
export { createTestPawl, RefusedError, type TestPawl, type TestPawlOptions } from './test-pawl.ts';
export { VirtualClock } from './virtual-clock.ts';
