import { type Account, type Amounts, balances, type FileAccount } from './account.ts';
import { formatAmount } from './amount.ts';

/** The account for people. */
export function accountText(account: Account): string {
  const { orders, lines, payments, troubles, different } = account;
  return [
    'Rows of the files',
    ...fileText('orders', orders),
    ...fileText('items', lines),
    ...fileText('payments', payments),
    '',
    ...amountsText(account.byTheFiles, account.byTheService),
    '',
    ...statusText(account),
    '',
    'Loaded as they are, though odd',
    ...[...account.oddities].map(([what, count]) => `  ${right(number(count), 9)}  ${what}`),
    '',
    ...[...troubles].map(([what, count]) => `${number(count)} orders did not come to their status: ${what}`),
    ...(different.count === 0
      ? []
      : [
          `${number(different.count)} orders are not in the service as in the files: ${different.first.join(', ')}`,
        ]),
    balances(account) ? 'The account balances.' : 'THE ACCOUNT DOES NOT BALANCE.',
    '',
  ].join('\n');
}

function fileText(name: string, { rows, cents, loaded, loadedCents, refused }: FileAccount): string[] {
  const refusedRows = [...refused.values()].reduce((sum, part) => sum + part.rows, 0);
  const sums = cents === 0 ? '' : `   (${money(cents)} read, ${money(loadedCents)} loaded)`;
  return [
    `  ${right(number(rows), 9)}  ${name} = ${number(loaded)} loaded + ${number(refusedRows)} refused${sums}`,
    ...[...refused].map(([reason, part]) => `  ${right(number(part.rows), 13)}  ${reason}`),
  ];
}

function amountsText(files: Amounts, service: Amounts): string[] {
  const line = (name: string, left: string, middle: string) =>
    `  ${name.padEnd(12)}${right(left, 18)}${right(middle, 18)}`;
  return [
    'Amounts of the loaded orders',
    line('', 'by the files', 'by the service'),
    line('goods', money(files.goods), money(service.goods)),
    line('freight', money(files.freight), money(service.freight)),
    line('total', money(files.goods + files.freight), money(service.goods + service.freight)),
  ];
}

function statusText({ statuses }: Account): string[] {
  return [
    'Loaded orders by status',
    `  ${''.padEnd(12)}${right('by the files', 18)}${right('by the service', 18)}`,
    ...statuses.map(
      ({ status, expected, found }) =>
        `  ${status.padEnd(12)}${right(number(expected), 18)}${right(number(found), 18)}`,
    ),
  ];
}

function money(cents: number): string {
  const [whole = '', fraction = ''] = formatAmount(cents).split('.');
  return `${number(Number(whole))}.${fraction}`;
}

/** Always with the same separator: accounts are compared by programs too. */
function number(value: number): string {
  return value.toLocaleString('en-US');
}

function right(text: string, width: number): string {
  return text.padStart(width);
}
