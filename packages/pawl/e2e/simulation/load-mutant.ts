/** Preloaded by a process that runs on changed code: `PAWL_MUTANT` is the place of the mutant in the list. */
import { registerHooks } from 'node:module';
import { MUTANTS } from './mutants.ts';

const mutant = MUTANTS[Number(process.env['PAWL_MUTANT'])];
if (mutant === undefined) throw new RangeError(`there is no mutant ${process.env['PAWL_MUTANT']}`);
const { file, original, changed } = mutant;
const target = new URL(`../../src/${file}`, import.meta.url).href;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (url !== target) return loaded;
    const source = String(loaded.source);
    const parts = source.split(original);
    // What it is to change has been written anew: then it would be no mutant, and pass unnoticed.
    if (parts.length !== 2) throw new Error(`${file} has the text of the mutant ${parts.length - 1} times`);
    return { ...loaded, source: parts.join(changed) };
  },
});
