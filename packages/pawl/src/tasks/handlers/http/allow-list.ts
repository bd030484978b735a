import { BlockList, isIP } from 'node:net';
import { isPublicAddress } from './addresses.ts';

/** Where `http` tasks may go: made by {@link parseAllowList}. */
export interface AllowList {
  /** Scheme, host and port, as the URL standard writes them. */
  readonly origins: ReadonlySet<string>;
  /** Ranges of addresses beyond the public ones. */
  readonly ranges: { readonly ipv4: BlockList; readonly ipv6: BlockList };
}

/**
 * Reads origins (`https://hooks.example.com`, `http://10.0.0.5:9000`) and ranges of addresses that are not public
 * (`10.0.0.0/8`, `fd00::/8`), separated by commas or white space.
 *
 * @throws {Error} that names the first entry that is neither.
 */
export function parseAllowList(text: string): AllowList {
  const origins = new Set<string>();
  const ranges = { ipv4: new BlockList(), ipv6: new BlockList() };
  let rangesCount = 0;
  for (const entry of text.split(/[\s,]+/).filter((part) => part !== '')) {
    const [, network, prefix] = RANGE.exec(entry) ?? [];
    if (network === undefined) origins.add(originOf(entry));
    else {
      addRange(ranges, entry, network, Number(prefix));
      rangesCount++;
    }
  }
  if (rangesCount > 0 && origins.size === 0) {
    throw new Error('ranges of addresses alone allow nothing: list the origins to call as well');
  }
  return { origins, ranges };
}

/** Whether a connection may go to an address that the name of a listed origin leads to. */
export function allowsAddress({ ranges }: AllowList, address: string): boolean {
  if (isPublicAddress(address)) return true;
  const family = isIP(address);
  if (family === 4) return ranges.ipv4.check(address, 'ipv4');
  return family === 6 && !address.includes('%') && ranges.ipv6.check(address, 'ipv6');
}

const RANGE = /^([0-9a-f.:]+)\/(\d{1,3})$/i;

function addRange(ranges: AllowList['ranges'], entry: string, network: string, prefix: number): void {
  const family = isIP(network);
  if (family === 0 || prefix > (family === 4 ? 32 : 128)) {
    throw new Error(`'${entry}' is no range of addresses; one is 10.0.0.0/8 or fd00::/8`);
  }
  if (family === 4) ranges.ipv4.addSubnet(network, prefix, 'ipv4');
  else ranges.ipv6.addSubnet(network, prefix, 'ipv6');
}

/** A name or an address in brackets. The URL standard also lets `*` into a host, which would never match anything. */
const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/;

function originOf(entry: string): string {
  const url = URL.parse(entry);
  if (url !== null && (url.username !== '' || url.password !== '')) {
    throw new Error(`the entry for ${url.host} has a user name or a password: an origin has none`);
  }
  const isOrigin =
    url !== null &&
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    HOST.test(url.hostname) &&
    url.pathname + url.search + url.hash === '/';
  if (!isOrigin) {
    throw new Error(
      `'${entry}' is neither an origin (https://hooks.example.com, without a path or *) nor a range of addresses (10.0.0.0/8)`,
    );
  }
  return url.origin;
}
