import { describe, expect, it } from 'vitest';
import { parseOptions } from './options.ts';
import { STAGE_NAMES } from './stages/stage-names.ts';

const drawn = () => 7;

describe('the command line of a campaign', () => {
  it('needs nothing: ten minutes of all stages on a seed that is drawn', () => {
    expect(parseOptions([], drawn)).toEqual({
      minutes: 10,
      seed: 7,
      stores: ['sqlite', 'postgres'],
      only: STAGE_NAMES,
      report: null,
    });
  });

  it('takes what it is told', () => {
    const args = [
      '--minutes',
      '0.5',
      '--seed',
      '3',
      '--store',
      'postgres',
      '--only',
      'kills',
      '--report',
      'r.md',
    ];
    expect(parseOptions(args, drawn)).toEqual({
      minutes: 0.5,
      seed: 3,
      stores: ['postgres'],
      only: ['kills'],
      report: 'r.md',
    });
  });

  it.each([
    [['--minutes', '0'], /--minutes 0: give a number from/],
    [['--seed', 'x'], /--seed x: give a number from/],
    [['--only', 'kills,nothing'], /there is no such stage, there are simulation/],
    [['--store', 'mysql'], /--store mysql: there is no such store, there are sqlite, postgres, and both/],
    [['--hours', '1'], /--hours/],
  ])('refuses %s, saying what it would take', (args, message) => {
    expect(() => parseOptions(args, drawn)).toThrow(message);
  });
});
