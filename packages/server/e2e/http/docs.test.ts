import { request } from 'node:http';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { type Harness, startServer } from './harness.ts';

interface UiConfig {
  readonly urls: readonly { readonly url: string; readonly name: string }[];
}

/** What the page gives to Swagger UI, found by running its script as the page would. */
function configOf(script: string): UiConfig {
  const configs: UiConfig[] = [];
  const makeUi = Object.assign(
    (config: UiConfig) => {
      configs.push(config);
      return { initOAuth: () => undefined };
    },
    { presets: {}, plugins: {} },
  );
  const element = () => ({ href: '' });
  const window = { location: { href: 'http://localhost/docs' }, onload: () => undefined };
  runInNewContext(`${script}; window.onload()`, {
    window,
    document: { createElement: element, querySelector: () => ({ appendChild: () => undefined }) },
    SwaggerUIBundle: makeUi,
    SwaggerUIStandalonePreset: {},
  });
  expect(configs).toHaveLength(1);
  return configs[0] as UiConfig;
}

describe('the page of the operations', () => {
  test('shows the document at /openapi.json', async () => {
    const server = await startServer();
    const script = await server.call('GET', '/docs/static/swagger-initializer.js');
    const { urls } = configOf(script.text);
    expect(urls).toEqual([{ url: '/openapi.json', name: 'Pawl' }]);
    expect((await server.call('GET', '/openapi.json')).body.openapi).toBe('3.1.0');
  });

  test('has a title and a mark of its own, and loads nothing that is not there', async () => {
    const server = await startServer();
    const page = await server.call('GET', '/docs');
    expect(page.text).toContain('<title>Pawl: operations</title>');
    const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url = '']) => url);
    expect(loaded.filter((url) => url.endsWith('.svg'))).toEqual(['/docs/static/theme/pawl.svg']);
    for (const url of loaded) expect([url, (await server.call('GET', url)).status]).toEqual([url, 200]);
  });
});

test('the page and its files stand in the log under its name', async () => {
  const server = await startServer();
  await server.call('GET', '/docs');
  await server.call('GET', '/docs/static/swagger-ui.css');
  await expect
    .poll(() => server.lines)
    .toMatchObject([
      { action: 'get_docs', path: '/docs' },
      { action: 'get_docs', path: '/docs/static/*' },
    ]);
});

describe('files of the page that are not there', () => {
  test.each([
    '/docs/static/nope.js',
    '/docs/static/../x',
    '/docs/static/%2e%2e/x',
    '/docs/static/%00',
    '/docs/static/%5c..%5cx',
    '/docs/static//etc/passwd',
    '/docs/static/%2e',
  ])('GET %s is no fault', async (path) => {
    const server = await startServer();
    const { status, body } = await getAsIs(server, path);
    expect([path, status, JSON.parse(body).code]).toEqual([path, 404, 'not-found']);
    expect(server.faults).toEqual([]);
  });

  test('conditions and ranges of files are no faults either', async () => {
    const server = await startServer();
    for (const headers of [{ range: 'bytes=99999999-' }, { 'if-match': '"x"' }, { range: 'bytes=x' }]) {
      const { status } = await server.call('GET', '/docs/static/index.css', { headers });
      expect([headers, status < 500]).toEqual([headers, true]);
    }
    expect(server.faults).toEqual([]);
  });
});

/** `fetch` would tidy the path up. */
function getAsIs({ port }: Harness, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}
