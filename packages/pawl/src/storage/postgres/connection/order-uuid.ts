import { orderIdFromBytes, orderIdToBytes } from '../../../order/order-id.ts';

/** The order's 16 bytes in hexadecimal: how ids are sent. */
export function hexOfOrder(orderId: string): string {
  return Buffer.from(orderIdToBytes(orderId)).toString('hex');
}

/** The order id of a uuid as PostgreSQL writes it. */
export function orderOfUuid(uuid: string): string {
  return orderIdFromBytes(Buffer.from(uuid.replaceAll('-', ''), 'hex'));
}

/** 32 hexadecimal characters of a uuid as PostgreSQL writes it. */
export function hexOfUuid(uuid: string): string {
  return uuid.replaceAll('-', '');
}
