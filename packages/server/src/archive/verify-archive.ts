import { beginLinkCheck, type ChainCheck, systemDigest } from 'pawl';
import { readArchive, sha256Of } from './archive-file.ts';

/** Faults told one by one; beyond it they are only counted, because nobody reads a million lines. */
const TOLD_MAX = 1_000;

/** What an archive holds. */
export interface VerifiedArchive {
  readonly orders: number;
  readonly events: number;
  readonly sha256: string;
  /** What is wrong, in words, as far as it is told; empty if every chain is whole. */
  readonly faults: readonly string[];
  readonly faultCount: number;
}

/**
 * Recomputes every chain of an archive. One that does not begin with its order's first version goes on from an earlier archive.
 * @throws {Error} if the file cannot be read to its end.
 */
export async function verifyArchive(path: string): Promise<VerifiedArchive> {
  const faults: string[] = [];
  let faultCount = 0;
  let events = 0;
  let orders = 0;
  let present: Chain | undefined;
  const tell = (fault: string): void => {
    if (++faultCount <= TOLD_MAX) faults.push(`order ${present?.orderId} ${fault}`);
  };
  const end = (): void => {
    for (const { version, kind, detail } of present?.check.end() ?? [])
      tell(`version ${version}: ${kind}: ${detail}`);
  };
  for await (const event of readArchive(path)) {
    const { tenant, orderId, version } = event.head;
    if (tenant !== present?.tenant || orderId !== present.orderId) {
      end();
      const before = present;
      present = { tenant, orderId, check: beginLinkCheck({ tenant, id: orderId }, systemDigest, version) };
      orders++;
      if (before !== undefined && !isBefore(before, present))
        tell('is out of order: lines were moved or repeated');
    }
    present.check.add(event);
    events++;
  }
  end();
  return { orders, events, sha256: await sha256Of(path), faults, faultCount };
}

/** The events of one order. */
interface Chain {
  readonly tenant: number;
  readonly orderId: string;
  readonly check: ChainCheck;
}

/** Ids sort as the text that they are. */
function isBefore(one: Chain, other: Chain): boolean {
  return one.tenant < other.tenant || (one.tenant === other.tenant && one.orderId < other.orderId);
}
