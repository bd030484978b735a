import { audit } from './audit.ts';
import { examine } from './examine.ts';
import { expireKeys } from './expire-keys.ts';
import type { UpkeepTools } from './tools.ts';

/** Does what must be done now and then beside the calls, until the signal. */
export async function keepUp(tools: UpkeepTools, signal: AbortSignal): Promise<void> {
  await Promise.all([expireKeys(tools, signal), examine(tools, signal), audit(tools, signal)]);
}
