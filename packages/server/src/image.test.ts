import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from './config/settings.ts';
import { VERSION } from './version.ts';

const read = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');
const manifest = JSON.parse(read('package.json'));

describe('the image (R2.14)', () => {
  it('runs on the Node.js that the tests run on', () => {
    expect(/^ARG NODE_VERSION=(.+)$/m.exec(read('Dockerfile'))?.[1]).toBe(manifest.devDependencies.node);
  });

  it('installs with the manifest of every workspace', () => {
    for (const workspace of manifest.workspaces) {
      expect(read('Dockerfile')).toContain(`COPY ${workspace}/package.json ${workspace}/\n`);
    }
  });

  it('has the version of the program, and more time to stop than the program takes', () => {
    const compose = read('compose.yaml');
    expect(compose).toContain(`image: pawl:${VERSION}\n`);
    const stopS = Number(/stop_grace_period: (\d+)s/.exec(compose)?.[1]);
    expect(stopS).toBeGreaterThan(Number(SETTINGS.SHUTDOWN_GRACE_S.defaultText));
  });

  it('is published to this machine only as long as nobody is authenticated', () => {
    const ports = [...read('compose.yaml').matchAll(/^ +- "(.*):\d+"$/gm)].map(([, port]) => port);
    expect(ports).toEqual([expect.stringMatching(/^127\.0\.0\.1:/)]);
  });
});
