import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { Wire } from './wire.ts';

/** Milliseconds in which everything would have arrived. */
const SOON_MS = 100;

it('forwards both ways, by its own port', async () => {
  const { say } = await echo();
  expect(await (await say()).heard('a')).toBe('a');
});

it('delivers late what was held, also of new connections', async () => {
  const { wire, say } = await echo();
  const before = await say();
  wire.break('held');
  const after = await say();
  expect([await before.heard('a'), await after.heard('b')]).toEqual(['', '']);
  await wire.mend();
  expect([await before.heard(''), await after.heard('')]).toEqual(['a', 'b']);
});

it('lets new connections overtake those that are held', async () => {
  const { wire, say } = await echo();
  const before = await say();
  wire.break('overtaken');
  const after = await say();
  expect([await before.heard('a'), await after.heard('b')]).toEqual(['', 'b']);
});

it('delivers what was held although whoever has sent it has gone', async () => {
  const { wire, say, asked } = await echo();
  const before = await say();
  expect(await before.heard('a')).toBe('a');
  wire.break('held');
  await before.heard('late');
  before.socket.destroy();
  await wire.mend();
  await sleep(SOON_MS);
  expect(asked()).toBe('alate');
});

it('loses for good, and ends what it has lost of when it is mended', async () => {
  const { wire, say, asked } = await echo();
  const before = await say();
  wire.break('silent');
  expect(await before.heard('a')).toBe('');
  expect(before.socket.destroyed).toBe(false);
  await wire.mend();
  await before.heard('');
  expect(before.socket.destroyed).toBe(true);
  expect(asked()).toBe('');
});

it('delivers what is asked and loses the answers', async () => {
  const { wire, say, asked } = await echo();
  const before = await say();
  wire.break('deaf');
  expect(await before.heard('a')).toBe('');
  expect(asked()).toBe('a');
});

it('refuses new connections, and takes them again on the same port', async () => {
  const { wire, say } = await echo();
  const before = await say();
  wire.break('refused');
  await expect(say()).rejects.toThrow('ECONNREFUSED');
  expect(await before.heard('a')).toBe('a');
  await wire.mend();
  expect(await (await say()).heard('b')).toBe('b');
});

it('is gone: breaks connections and takes no more until it is mended', async () => {
  const { wire, say } = await echo();
  const before = await say();
  await before.heard('a');
  wire.break('gone');
  await before.heard('');
  expect(before.socket.destroyed).toBe(true);
  await expect(say()).rejects.toThrow('ECONNREFUSED');
  await wire.mend();
  expect(await (await say()).heard('b')).toBe('b');
});

it('breaks connections', async () => {
  const { wire, say } = await echo();
  const before = await say();
  await before.heard('a');
  wire.break('reset');
  await before.heard('');
  expect(before.socket.destroyed).toBe(true);
});

/** Something that repeats what it hears, behind a wire. */
async function echo() {
  let asked = '';
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      asked += data.toString();
      socket.write(data);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const wire = await Wire.start(`postgres://127.0.0.1:${port}/x`);
  onTestFinished(async () => {
    await wire.close();
    server.close();
  });
  const say = async () => {
    const socket: Socket = connect(Number(new URL(wire.url).port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    let told = '';
    socket.on('data', (data) => {
      told += data.toString();
    });
    return {
      socket,
      /** Says something, and gives what has been heard on this connection soon after. */
      async heard(text: string) {
        if (text !== '') socket.write(text);
        await sleep(SOON_MS);
        return told;
      },
    };
  };
  return { wire, say, asked: () => asked };
}
