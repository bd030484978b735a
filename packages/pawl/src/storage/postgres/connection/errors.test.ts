import { expect, it } from 'vitest';
import { StoreFullError } from '../../../ports/store.ts';
import { storeError } from './errors.ts';

const withState = (code: string) => Object.assign(new Error('said by the database'), { code });

it('a full disk of the database is told apart from a database that is away', () => {
  const full = storeError('commit', withState('53100'));

  expect(full).toBeInstanceOf(StoreFullError);
  expect(full.message).toMatch(/disk of the database is full; free space/);
  expect(storeError('commit', withState('57P01'))).not.toBeInstanceOf(StoreFullError);
});
