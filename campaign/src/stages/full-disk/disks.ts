import { postgres } from '../../subjects/postgres.ts';
import { SmallVolume } from '../../subjects/small-volume.ts';
import type { Subject } from '../../subjects/subject.ts';
import type { Ground } from '../stage.ts';

const MIB = 1_048_576;
/** What a database on a file system of its own may still grow by, each time: bytes. */
const ROOM_BYTES = 3 * MIB;

/** What a database lies on, which can come to its end. */
interface Disk {
  /** Makes databases on it. */
  readonly subject: Subject;
  /** Whether servers learn of its size at their start, rather than by meeting its end. */
  readonly isTold: boolean;
  /** What servers are told at their start. */
  env(): Readonly<Record<string, string>>;
  /** What the database may take; null where nobody has told it. */
  bytesMax(): number | null;
  /** From now on there is little room. */
  shrink(): Promise<void>;
  /** There is more. */
  enlarge(): Promise<void>;
}

/** A disk that can be full, as the subject has it: a bound for its file, or a file system that is small. */
export function diskOf(ground: Ground): Disk {
  return ground.subject.name === 'postgres' ? smallVolume(ground) : boundedFile(ground);
}

function boundedFile({ subject }: Ground): Disk {
  let bytes = MIB;
  return {
    subject,
    isTold: true,
    env: () => ({ DATABASE_MAX_BYTES: String(bytes) }),
    bytesMax: () => bytes,
    shrink: async () => undefined,
    async enlarge() {
      bytes *= 2;
    },
  };
}

/**
 * A database server that has no room for its log ends: so that lies elsewhere, as it is advised to. And one that has no room for its
 * own lists of tables takes no connections: these are written anew after a vacuum of them, so that there is none.
 */
function smallVolume({ dir, processes }: Ground): Disk {
  const volume = SmallVolume.mount(dir, processes);
  return {
    subject: postgres({ dataWithin: volume.path, settings: { autovacuum: 'off' } }),
    isTold: false,
    env: () => ({}),
    bytesMax: () => null,
    shrink: async () => volume.leave(ROOM_BYTES),
    enlarge: async () => volume.leave(ROOM_BYTES),
  };
}
