import type { Unit } from '../../../ports/store.ts';

/** A unit with its place in the call that it came with. */
export interface Placed {
  readonly index: number;
  readonly unit: Unit;
}

/**
 * Parts the units of a call so that no two of one part want the same key or external id: of two that do, the first is written before
 * the second is judged. Nearly always there is one part.
 */
export function wavesOf(units: readonly Placed[]): readonly (readonly Placed[])[] {
  const waves: Placed[][] = [];
  /** The first wave that a claim is free in. */
  const free = new Map<string, number>();
  for (const placed of units) {
    const claims = claimsOf(placed.unit);
    const wave = claims.reduce((first, claim) => Math.max(first, free.get(claim) ?? 0), 0);
    for (const claim of claims) free.set(claim, wave + 1);
    const members = waves[wave];
    if (members === undefined) waves.push([placed]);
    else members.push(placed);
  }
  return waves;
}

function claimsOf({ keys, keysProbed, order, expectedVersion, tenant }: Unit): readonly string[] {
  const claims = [...keys.map(({ hash }) => hash), ...keysProbed];
  if (expectedVersion === 0 && order?.externalId != null) claims.push(`${tenant} ${order.externalId}`);
  return claims;
}
