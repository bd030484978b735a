import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseApiKeys } from './api-keys.ts';

const hash = createHash('sha256').update('a key').digest('hex');
const other = createHash('sha256').update('another key').digest('hex');

function faultsOf(text: string): string {
  const parsed = parseApiKeys(text);
  if (parsed.ok) throw new Error('the text was accepted');
  return parsed.detail;
}

describe('API_KEYS (R2.10)', () => {
  it('reads hash, tenant, actor and roles of every entry', () => {
    expect(
      parseApiKeys(`${hash}:acme:shop:operator+viewer, ${other.toUpperCase()}:acme:boss:admin,`),
    ).toEqual({
      ok: true,
      value: [
        { hash, tenant: 'acme', actor: 'shop', roles: ['operator', 'viewer'] },
        { hash: other, tenant: 'acme', actor: 'boss', roles: ['admin'] },
      ],
    });
  });

  it('allows roles that only a workflow knows, and names a role once', () => {
    expect(parseApiKeys(`${hash}:t:a:approver+approver`)).toMatchObject({ value: [{ roles: ['approver'] }] });
  });

  it('names every faulty entry by its number', () => {
    const detail = faultsOf(
      `${hash}:acme:shop:viewer,secret-key:acme:shop:viewer,${other}:acme,,${hash}:a:b:c`,
    );
    expect(detail).toContain('entry 2 whose first field is not 64 hexadecimal characters');
    expect(detail).toContain('entry 3 with 2 fields');
    expect(detail).toContain('entry 4 empty');
    expect(detail).toContain('entry 5 has the key of entry 1');
  });

  it.each([
    ['no tenant', `${hash}::shop:viewer`, 'tenant'],
    ['a blank in the actor', `${hash}:acme:my shop:viewer`, 'actor'],
    ['no role', `${hash}:acme:shop:`, 'roles'],
    ['an empty role', `${hash}:acme:shop:viewer++admin`, 'roles'],
  ])('refuses %s', (_name, text, named) => {
    expect(faultsOf(text)).toContain(named);
  });

  it('never repeats what was given: it may be a key that was pasted unhashed', () => {
    const detail = faultsOf(`my-secret-key:acme:shop:viewer,${hash}:acme:shop:b@d`);
    expect(detail).not.toContain('my-secret-key');
    expect(detail).not.toContain(hash.slice(0, 8));
  });
});
