import type { Row } from './rows.ts';

export const TABLE_HEAD = `| bench | store | figure | median | of the ceiling | rounds | note of the last round |
|---|---|---|---|---|---|---|`;

/** A row in Markdown. */
export function tableRow({ bench, store, figure, median, values, ofCeiling }: Row): string {
  const share = ofCeiling === null ? '' : ofCeiling.toFixed(3);
  const cells = [
    bench,
    store,
    figure.name,
    `${numberText(median)} ${figure.unit}`.trimEnd(),
    share,
    values.map(numberText).join(', '),
    figure.note,
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Three digits or more: as many as a measurement is good for. */
export function numberText(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return Number.isInteger(value) ? String(value) : value.toFixed(value >= 10 ? 1 : 2);
}
