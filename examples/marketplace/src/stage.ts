import { stat } from 'node:fs/promises';
import { readRows } from './csv.ts';
import type { Progress } from './progress.ts';
import { LINE_COLUMNS, ORDER_COLUMNS, PAYMENT_COLUMNS, readLine, readOrder, readPayment } from './records.ts';
import type { Staging } from './staging.ts';
import { Tally } from './tally.ts';

/** Where the three files are. */
export interface Files {
  readonly orders: string;
  readonly items: string;
  readonly payments: string;
}

/** What was counted while the files were read, before anything was decided about their orders. */
export interface Reading {
  readonly orders: Tally;
  readonly lines: Tally;
  readonly payments: Tally;
}

/** The length of the files together, bytes, for showing how far their reading is. */
export async function lengthOf(files: Files): Promise<number> {
  const sizes = await Promise.all(Object.values(files).map(async (path: string) => (await stat(path)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Reads the three files, row by row, then refuses the orders that cannot be loaded. */
export async function stageFiles(
  files: Files,
  utcOffset: string,
  staging: Staging,
  progress: Progress,
): Promise<Reading> {
  const reading = { orders: new Tally(), lines: new Tally(), payments: new Tally() };
  const onBytes = (bytes: number) => progress.advance(bytes);
  await staging.transaction(async () => {
    for await (const row of readRows(files.orders, ORDER_COLUMNS, onBytes)) {
      reading.orders.read();
      const order = readOrder(row, utcOffset);
      if (typeof order === 'string') reading.orders.refuse(order);
      else if (!staging.addOrder(order)) reading.orders.refuse('an order id that came before');
    }
    for await (const row of readRows(files.items, LINE_COLUMNS, onBytes)) {
      const line = readLine(row);
      const cents = (line.price ?? 0) + (line.freight ?? 0);
      reading.lines.read(cents);
      if (!staging.addLine(line)) reading.lines.refuse('a line number that came before', 1, cents);
    }
    for await (const row of readRows(files.payments, PAYMENT_COLUMNS, onBytes)) {
      const payment = readPayment(row);
      reading.payments.read(payment.value ?? 0);
      if (!staging.addPayment(payment)) {
        reading.payments.refuse('a payment number that came before', 1, payment.value ?? 0);
      }
    }
  });
  return reading;
}
