export const STORE_NAMES = ['sqlite', 'postgres'] as const;
export type StoreName = (typeof STORE_NAMES)[number];

/** An empty database of its own, which goes with what is in it. */
export interface Database {
  /** As DATABASE_URL takes it. */
  readonly url: string;
  /** A folder for what belongs to the run, such as logs. */
  readonly folder: string;
  /** What it takes of the disk. */
  bytes(): number;
  /** Writes back what loading has left behind, so that it is not paid for by what is measured next. */
  settle(): Promise<void>;
  remove(): Promise<void>;
}
