import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SagaOptions } from './sagas.ts';

const SAGA = fileURLToPath(new URL('./saga-process.ts', import.meta.url));
const GATEWAY = fileURLToPath(new URL('./gateway-process.ts', import.meta.url));

export interface Gateway {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startGateway(ledger: string, trouble: 'none' | 'trouble'): Promise<Gateway> {
  const child = spawn(process.execPath, [GATEWAY, ledger, trouble], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    url: `http://127.0.0.1:${String(port).trim()}`,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

export interface SagaProcess {
  readonly child: ChildProcess;
  /** Resolves when it has ended: by a signal, or with a code. */
  readonly ended: Promise<{ readonly signal: string | null; readonly code: number | null }>;
}

export function startSagas(options: SagaOptions, crashAt = 0): SagaProcess {
  const child = spawn(process.execPath, [SAGA, JSON.stringify(options), String(crashAt)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = once(child, 'exit').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
  }));
  return { child, ended };
}

/** What the gateway has on paper. */
export function readLedger(path: string): {
  readonly charges: readonly LedgerEntry[];
  readonly refunds: readonly LedgerEntry[];
} {
  const entries = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as LedgerEntry);
  return {
    charges: entries.filter(({ kind }) => kind === 'charge'),
    refunds: entries.filter(({ kind }) => kind === 'refund'),
  };
}

export interface LedgerEntry {
  readonly kind: 'charge' | 'refund' | 'void';
  readonly key: string;
  readonly orderId: string;
}
