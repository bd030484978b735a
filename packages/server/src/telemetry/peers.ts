import type { Family, Label, Sample } from './family.ts';

/** A family with its samples, fit to be sent to another process. */
export interface TakenFamily extends Omit<Family, 'samples'> {
  readonly samples: readonly Sample[];
}

/** What one process counts, with the name that tells it from those beside it. */
export interface TakenFamilies {
  readonly worker: string;
  readonly families: readonly TakenFamily[];
}

/** Processes that share an address: whichever of them is asked for metrics answers for all. */
export interface Peers {
  /** How the others learn what this one counts. */
  tell(take: () => Promise<readonly TakenFamily[]>): void;
  /** What each of them counts, this one among them; one that does not answer is left out. */
  all(): Promise<readonly TakenFamilies[]>;
}

export function taken(families: readonly Family[]): readonly TakenFamily[] {
  return families.map(({ name, help, type, samples }) => ({ name, help, type, samples: [...samples()] }));
}

/** The families of all, each sample with the process that it is of: sums are the reader's, who then sees restarts as such. */
export function merged(all: readonly TakenFamilies[]): readonly Family[] {
  const families = new Map<string, { family: TakenFamily; samples: Sample[] }>();
  for (const { worker, families: some } of all) {
    const label: Label = ['worker', worker];
    for (const family of some) {
      const known = families.get(family.name) ?? { family, samples: [] };
      families.set(family.name, known);
      known.samples.push(
        ...family.samples.map((sample) => ({ ...sample, labels: [label, ...sample.labels] })),
      );
    }
  }
  return [...families.values()].map(({ family, samples }) => ({ ...family, samples: () => samples }));
}
