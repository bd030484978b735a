import { describe, expect, it } from 'vitest';
import { allowsAddress, parseAllowList } from './allow-list.ts';

const origins = (text: string) => [...parseAllowList(text).origins];

describe('parseAllowList', () => {
  it('reads origins, separated by commas or white space', () => {
    expect(origins('https://hooks.example.com, http://10.0.0.5:9000\n https://b.example,')).toEqual([
      'https://hooks.example.com',
      'http://10.0.0.5:9000',
      'https://b.example',
    ]);
  });

  it('writes them as the URL standard does', () => {
    expect(
      origins('HTTPS://Hooks.Example.com:443/ http://127.1 https://münchen.example http://[::0001]:80'),
    ).toEqual([
      'https://hooks.example.com',
      'http://127.0.0.1',
      'https://xn--mnchen-3ya.example',
      'http://[::1]',
    ]);
  });

  it('allows nothing where it is empty', () => {
    expect(origins(' ')).toEqual([]);
  });

  it.each([
    'hooks.example.com',
    'hooks.example.com:443',
    'ftp://hooks.example.com',
    'https://',
    'https://hooks.example.com/path',
    'https://hooks.example.com?x=1',
    'https://hooks.example.com#x',
    'https://*.example.com',
    '*',
    '10.0.0.5',
    '10.0.0.0/33',
    '10.0.0/8',
    'fd00::/129',
    '10.0.0.0/8/8',
    'fd00::/x',
    'javascript:alert(1)',
  ])('refuses %s and names it', (entry) => {
    expect(() => parseAllowList(`https://a.example,${entry}`)).toThrow(`'${entry}'`);
  });

  it('refuses a user name or a password, and does not show it', () => {
    for (const entry of ['https://user:secret@a.example', 'https://secret@a.example']) {
      expect(() => parseAllowList(entry)).toThrow(/^(?!.*secret).*a\.example.*password/);
    }
  });

  it('refuses ranges without any origin, which would allow nothing', () => {
    expect(() => parseAllowList('10.0.0.0/8')).toThrow('list the origins');
  });
});

describe('allowsAddress', () => {
  const allow = parseAllowList('https://a.example 10.1.0.0/16 fd00::/8 ::1/128');

  it.each(['1.1.1.1', '2606:4700::1111', '10.1.0.0', '10.1.255.255', 'fd00::1', 'fdff::1', '::1'])(
    'allows %s',
    (address) => {
      expect(allowsAddress(allow, address)).toBe(true);
    },
  );

  it.each([
    '10.0.255.255',
    '10.2.0.0',
    'fc00::1',
    '::2',
    '127.0.0.1',
    '::ffff:10.1.0.1',
    'fd00::1%eth0',
    'name',
    '',
  ])('does not allow %s', (address) => {
    expect(allowsAddress(allow, address)).toBe(false);
  });

  it('does not take a range of one family for the other', () => {
    expect(allowsAddress(parseAllowList('https://a.example ::/0'), '10.0.0.1')).toBe(false);
    expect(allowsAddress(parseAllowList('https://a.example 0.0.0.0/0'), '::1')).toBe(false);
    expect(allowsAddress(parseAllowList('https://a.example 0.0.0.0/0'), '::ffff:10.0.0.1')).toBe(false);
  });
});
