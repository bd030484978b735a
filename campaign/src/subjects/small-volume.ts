import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmdirSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Processes } from '../processes/processes.ts';

const MIB = 1_048_576;
/** What a fresh database needs at most, bytes. */
const FIRST_BYTES = 512 * MIB;

/** Whether file systems can be mounted here: as root, where the system allows it. */
export function canMountVolumes(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const path = mkdtempSync(join(tmpdir(), 'pawl-volume-'));
  try {
    mount(path, `size=${MIB}`);
    umount(path);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(path);
  }
}

/** A file system in memory, whose size can be changed while it is used. */
export class SmallVolume {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Mounts it within that folder. What lies on it when the processes have ended is copied beside it. */
  static mount(dir: string, processes: Processes): SmallVolume {
    const path = join(dir, 'volume');
    mkdirSync(path);
    mount(path, `size=${FIRST_BYTES}`);
    const keeper = keep(path);
    processes.endToo(async () => {
      keeper.kill();
      cpSync(path, join(dir, 'volume-at-the-end'), { recursive: true });
      umount(path);
    });
    return new SmallVolume(path);
  }

  /** Makes it so large that so many bytes are free. */
  leave(bytes: number): void {
    const { blocks, bfree, bsize } = statfsSync(this.path);
    mount(this.path, `remount,size=${(blocks - bfree) * bsize + bytes}`);
  }
}

/** Unmounts it when this process has gone, however that has ended: the pipe between them closes. */
function keep(path: string) {
  const script = 'read -r nothing; umount -l "$1"';
  const keeper = spawn('sh', ['-c', script, 'keeper', path], { stdio: ['pipe', 'ignore', 'ignore'] });
  keeper.unref();
  return keeper;
}

function mount(path: string, options: string): void {
  run('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
}

function umount(path: string): void {
  run('umount', [path]);
}

function run(program: string, args: readonly string[]): void {
  const { status, error, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`);
}
