/** `node saga-process.ts <SagaOptions as JSON> <crash point>`: dies at that point as if the power were cut; 0 never. */
import { runSagas, type SagaOptions } from './sagas.ts';

const [, , options = '{}', crashAt = '0'] = process.argv;
let points = 0;

await runSagas(JSON.parse(options) as SagaOptions, async (_, call) => {
  pass();
  const answer = await call();
  pass();
  return answer;
});

function pass(): void {
  if (++points === Number(crashAt)) process.kill(process.pid, 'SIGKILL');
}
