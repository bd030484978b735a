export type { HeldTasks } from './scripts/gate.ts';
export type { Answer, AnswerFunction, TaskCall } from './scripts/script.ts';
export type { TaskScripts, Times } from './scripts/task-scripts.ts';
export { createTestPawl, RefusedError, type TestPawl, type TestPawlOptions } from './test-pawl.ts';
export { VirtualClock } from './virtual-clock.ts';
