/**
 * The ceiling that throughput is measured against: a bare `node:http` server that parses the same JSON and answers an
 * order of the same size. It checks nothing, keeps nothing and logs nothing.
 */
import { createServer } from 'node:http';

const order = {
  order_id: 'ord_01m7wktvjbe0frek5x2xg1gx4h',
  external_id: null,
  workflow: 'retail',
  workflow_version: 1,
  status: 'PAID',
  version: 2,
  settled: false,
  blocked: false,
  customer_id: 'c-1',
  currency: 'USD',
  items: [{ sku: 'A-1', qty: 2, price: '9.99' }],
  amount_total: '19.98',
  metadata: {},
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const text = Buffer.concat(chunks).toString();
    const body = text === '' ? {} : (JSON.parse(text) as object);
    const answer = Buffer.from(JSON.stringify({ ...order, seen: Object.keys(body).length }));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
    response.end(answer);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : undefined);
});
