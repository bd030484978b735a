/** PostgreSQL's numbers of the element types that are sent. */
const OIDS = { bool: 16, bytea: 17, int8: 20, int4: 23, text: 25, uuid: 2950 } as const;
export type ElementType = keyof typeof OIDS;

/** An element before it is written; `bytea` and `uuid` are hexadecimal text. */
export type Element = number | string | boolean | null;

/** Bytes of a column once it has an element. Most columns of a commit have none, and most commits of a calm server few rows. */
const START_BYTES = 128;
/** Bytes that a column keeps for the next use; what has grown beyond is let go. */
const KEPT_BYTES_MAX = 65_536;
const NO_BYTES = Buffer.alloc(0);
/** Dimensions, whether there are nulls, the type, the length, the lower bound: four bytes each. */
const HEADER_BYTES = 20;
const NULL_LENGTH = -1;
const TWO_TO_32 = 2 ** 32;

/**
 * One array parameter in PostgreSQL's binary form, built element by element. Written as text, a batch of a hundred rows costs
 * several times as much on both sides: every byte of a hash is escaped here and parsed there.
 */
export class Column {
  readonly #type: ElementType;
  #bytes: Buffer = NO_BYTES;
  #end = HEADER_BYTES;
  #length = 0;
  #hasNulls = false;

  constructor(type: ElementType) {
    this.#type = type;
  }

  get length(): number {
    return this.#length;
  }

  push(value: Element): void {
    this.#length++;
    if (value === null) {
      this.#hasNulls = true;
      this.#reserve(4);
      this.#end = this.#bytes.writeInt32BE(NULL_LENGTH, this.#end);
      return;
    }
    switch (this.#type) {
      case 'int4':
        this.#reserve(8);
        this.#end = this.#bytes.writeInt32BE(value as number, this.#bytes.writeInt32BE(4, this.#end));
        break;
      case 'int8':
        this.#writeInt8(value as number);
        break;
      case 'bool':
        this.#reserve(5);
        this.#end = this.#bytes.writeUInt8(value ? 1 : 0, this.#bytes.writeInt32BE(1, this.#end));
        break;
      case 'text':
        this.#writeText(value as string);
        break;
      case 'bytea':
      case 'uuid':
        this.#writeHex(value as string);
    }
  }

  /** The parameter's bytes, until the column is cleared. Nothing may be pushed any more. */
  finish(): Buffer {
    if (this.#length === 0) return EMPTY[this.#type];
    this.#bytes.writeInt32BE(1, 0);
    this.#bytes.writeInt32BE(this.#hasNulls ? 1 : 0, 4);
    this.#bytes.writeInt32BE(OIDS[this.#type], 8);
    this.#bytes.writeInt32BE(this.#length, 12);
    this.#bytes.writeInt32BE(1, 16);
    return this.#bytes.subarray(0, this.#end);
  }

  /** Begins anew in the same bytes: what was finished before must have been sent. */
  clear(): void {
    this.#end = HEADER_BYTES;
    this.#length = 0;
    this.#hasNulls = false;
    if (this.#bytes.length > KEPT_BYTES_MAX) this.#bytes = NO_BYTES;
  }

  /** Whole numbers beyond 2^53 do not occur: times and counts are all that are so wide. */
  #writeInt8(value: number): void {
    this.#reserve(12);
    const at = this.#bytes.writeInt32BE(8, this.#end);
    this.#bytes.writeInt32BE(Math.floor(value / TWO_TO_32), at);
    this.#end = this.#bytes.writeUInt32BE(value >>> 0, at + 4);
  }

  #writeText(value: string): void {
    // Three bytes at most for each code unit in UTF-8.
    this.#reserve(4 + value.length * 3);
    const written = this.#bytes.write(value, this.#end + 4, 'utf8');
    this.#bytes.writeInt32BE(written, this.#end);
    this.#end += 4 + written;
  }

  #writeHex(value: string): void {
    const size = value.length / 2;
    this.#reserve(4 + size);
    this.#bytes.writeInt32BE(size, this.#end);
    const written = this.#bytes.write(value, this.#end + 4, 'hex');
    if (written !== size) throw new TypeError(`${this.#type} is written in hexadecimal: ${value}`);
    this.#end += 4 + size;
  }

  #reserve(size: number): void {
    if (this.#end + size <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(START_BYTES, this.#bytes.length * 2, this.#end + size));
    this.#bytes.copy(larger, 0, 0, this.#end);
    this.#bytes = larger;
  }
}

/** Arrays without elements, by type. */
const EMPTY = Object.fromEntries(
  Object.entries(OIDS).map(([type, oid]) => {
    const bytes = Buffer.alloc(12);
    bytes.writeInt32BE(oid, 8);
    return [type, bytes];
  }),
) as Readonly<Record<ElementType, Buffer>>;

/** A column of values that are at hand already. */
export function columnOf(type: ElementType, values: Iterable<Element>): Buffer {
  const column = new Column(type);
  for (const value of values) column.push(value);
  return column.finish();
}
