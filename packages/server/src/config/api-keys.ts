import type { ApiKey } from '../auth/api-keys.ts';
import { invalid, type Parsed, valid } from './setting.ts';

export const API_KEYS_ALLOWED = '<sha256-hex>:<tenant>:<actor>:<role+role>, separated by commas';

const HASH = /^[0-9a-f]{64}$/i;
/** Tenants and actors stand in the trail and in logs: visible characters, without those that separate fields. */
const NAME = /^[^\s:,\p{C}]{1,64}$/u;
const ROLE = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/** Reads `API_KEYS`. All faulty entries are told, by number: an entry's text may be a key that was pasted unhashed. */
export function parseApiKeys(text: string): Parsed<readonly ApiKey[]> {
  const entries = text.replace(/,\s*$/, '').split(',');
  const keys: ApiKey[] = [];
  const faults: string[] = [];
  const firstEntry = new Map<string, number>();
  for (const [index, entry] of entries.entries()) {
    const number = index + 1;
    const key = parseEntry(entry.trim());
    if (typeof key === 'string') {
      faults.push(`entry ${number} ${key}`);
      continue;
    }
    const twin = firstEntry.get(key.hash);
    if (twin !== undefined) faults.push(`entry ${number} has the key of entry ${twin}`);
    firstEntry.set(key.hash, number);
    keys.push(key);
  }
  return faults.length === 0 ? valid(keys) : invalid(`has ${faults.join('; ')}`);
}

/** The key, or what is wrong with the entry. */
function parseEntry(entry: string): ApiKey | string {
  if (entry === '') return 'empty';
  const fields = entry.split(':').map((field) => field.trim());
  const [hash = '', tenant = '', actor = '', roleList = ''] = fields;
  if (fields.length !== 4) return `with ${fields.length} fields separated by colons instead of 4`;
  if (!HASH.test(hash))
    return 'whose first field is not 64 hexadecimal characters (the SHA-256 of the key, not the key)';
  if (!NAME.test(tenant)) return 'whose tenant is not 1 to 64 visible characters';
  if (!NAME.test(actor)) return 'whose actor is not 1 to 64 visible characters';
  const roles = [...new Set(roleList.split('+').map((role) => role.trim()))];
  if (!roles.every((role) => ROLE.test(role))) return 'whose roles are not names separated by +';
  return { hash: hash.toLowerCase(), tenant, actor, roles };
}
