import { type Finding, finding, pointer } from '../finding.ts';
import { nearest } from '../names.ts';
import { DURATION_MAX_MS, durationMs } from '../work/duration.ts';

/** Judges the form of a value and adds what is wrong with it. */
export type Check = (value: unknown, place: string, findings: Finding[]) => void;

/** True or false. */
export const flag: Check = (value, place, findings) => {
  if (typeof value !== 'boolean') findings.push(wrongType(place, 'true or false', value));
};

/** A length of time. */
export const duration: Check = (value, place, findings) => {
  if (typeof value !== 'string') return void findings.push(wrongType(place, 'a length of time', value));
  const ms = durationMs(value);
  if (ms <= DURATION_MAX_MS) return;
  const detail = Number.isNaN(ms)
    ? `${quoted(value)} is no length of time.`
    : `${value} is longer than 365 days.`;
  const advice = 'Write a whole number above zero and ms, s, m, h or d, for example `30m`; at most `365d`.';
  findings.push(finding('duration-invalid', place, detail, advice));
};

/** An object without members beyond those named. */
export function record(members: Readonly<Record<string, Check>>, required: readonly string[] = []): Check {
  const checks = new Map(Object.entries(members));
  return (value, place, findings) => {
    if (!isRecord(value)) return void findings.push(wrongType(place, 'an object', value));
    for (const member of required.filter((one) => !Object.hasOwn(value, one))) {
      findings.push(missing(place, member));
    }
    for (const [member, inner] of Object.entries(value)) {
      const check = checks.get(member);
      if (check === undefined) findings.push(strange(member, pointer(place, member), checks.keys()));
      else check(inner, pointer(place, member), findings);
    }
  };
}

/** An object whose members are named by the definition. */
export function dictionary(key: Check, entry: Check, max: number, what: string): Check {
  return (value, place, findings) => {
    if (!isRecord(value)) return void findings.push(wrongType(place, 'an object', value));
    const entries = Object.entries(value);
    if (entries.length > max) return void findings.push(tooMany(place, entries.length, max, what));
    for (const [member, inner] of entries) {
      key(member, pointer(place, member), findings);
      entry(inner, pointer(place, member), findings);
    }
  };
}

/** A list of at most `max` elements. */
export function list(element: Check, max: number, what: string): Check {
  return (value, place, findings) => {
    if (!Array.isArray(value)) return void findings.push(wrongType(place, 'a list', value));
    if (value.length > max) return void findings.push(tooMany(place, value.length, max, what));
    // By index, since the methods of arrays pass over holes.
    for (let index = 0; index < value.length; index++) element(value[index], pointer(place, index), findings);
  };
}

/** Text of at most `max` code points. */
export function text(max: number): Check {
  return (value, place, findings) => {
    if (typeof value !== 'string') return void findings.push(wrongType(place, 'text', value));
    const length = value.length > max ? [...value].length : value.length;
    if (length <= max) return;
    findings.push(
      finding('too-long', place, `${length} characters; at most ${max} are allowed.`, 'Shorten it.'),
    );
  };
}

/** A name of the given form. */
export function name(kind: string, form: RegExp, reserved: readonly string[] = []): Check {
  return (value, place, findings) => {
    if (typeof value !== 'string')
      return void findings.push(wrongType(place, `the name of a ${kind}`, value));
    if (!form.test(value)) {
      const detail = `${quoted(value)} is no name of a ${kind}.`;
      findings.push(finding('name-invalid', place, detail, `Choose a name that matches ${form.source}.`));
    } else if (reserved.includes(value)) {
      const detail = `${quoted(value)} is reserved.`;
      findings.push(finding('name-reserved', place, detail, 'Choose another name.'));
    }
  };
}

/** One of the given values. */
export function oneOf(...allowed: readonly (string | number)[]): Check {
  return (value, place, findings) => {
    if (allowed.some((one) => one === value)) return;
    const choice = allowed.map((one) => JSON.stringify(one)).join(', ');
    findings.push(
      finding('value-not-allowed', place, `${describe(value)} cannot be chosen.`, `Choose from ${choice}.`),
    );
  };
}

/** A number from 1 to `max`. */
export function upTo(max: number, kind: 'a whole number' | 'a number'): Check {
  return (value, place, findings) => {
    const fits = typeof value === 'number' && (kind === 'a number' || Number.isInteger(value));
    if (!fits) return void findings.push(wrongType(place, kind, value));
    if (value >= 1 && value <= max) return;
    findings.push(
      finding('value-not-allowed', place, `${value} cannot be chosen.`, `Choose ${kind} from 1 to ${max}.`),
    );
  };
}

export function missing(place: string, member: string): Finding {
  return finding('missing-member', place, `\`${member}\` is missing.`, `Add \`${member}\`.`);
}

export function tooMany(place: string, count: number, max: number, what: string): Finding {
  return finding('too-many', place, `${count} ${what}; at most ${max} are allowed.`, 'Split the definition.');
}

export function wrongType(place: string, wanted: string, value: unknown): Finding {
  return finding('wrong-type', place, `Found ${describe(value)}.`, `Write ${wanted}.`);
}

/** Plain data only: an instance of a class would lose its behaviour when the definition is stored. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Names come from clients: shown in full they could flood a log. */
export function quoted(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}

function strange(member: string, place: string, known: Iterable<string>): Finding {
  const names = [...known];
  const meant = nearest(member, names);
  const advice = meant === undefined ? `Known here: ${names.join(', ')}.` : `Did you mean \`${meant}\`?`;
  return finding('unknown-member', place, `There is no member ${quoted(member)} here.`, advice);
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return quoted(value);
  return typeof value === 'object' ? 'an object' : String(value);
}
