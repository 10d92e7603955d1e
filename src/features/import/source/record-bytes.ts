/** What ends fields and lines, in CSV as in COPY. */
export const [comma, newline] = [44, 10];

const zero = 48;
const maxExactDigits = 15;

/** Bytes that neither CSV nor COPY nor a text column takes for anything but themselves. */
const isOrdinary = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x80 && !',\n"\0\r\\'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

/** The fields of one record, by where they lie in bytes. */
export class RecordBytes {
  bytes: Buffer = Buffer.alloc(0);
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;

  constructor(private readonly width: number) {
    this.starts = new Int32Array(width);
    this.ends = new Int32Array(width);
  }

  /** Where a field starts. */
  start(field: number): number {
    return this.starts[field] ?? 0;
  }

  /** Where the byte behind a field lies. */
  end(field: number): number {
    return this.ends[field] ?? 0;
  }

  /** A field as latin1 text. */
  text(field: number): string {
    return this.bytes.toString('latin1', this.start(field), this.end(field));
  }

  /** A field of nothing but digits as a number, otherwise NaN; fifteen are exact in a double. */
  whole(field: number): number {
    const { bytes } = this;
    const start = this.start(field);
    const end = this.end(field);
    if (start === end || end - start > maxExactDigits) return NaN;
    let number = 0;
    for (let at = start; at < end; at += 1) {
      const digit = (bytes[at] ?? 0) - zero;
      if (digit < 0 || digit > 9) return NaN;
      number = number * 10 + digit;
    }
    return number;
  }

  /**
   * Takes the line that starts at a place in bytes and returns where it ends. Negative when it has
   * another number of fields, has a byte with a meaning of its own, or does not end.
   */
  takeLine(bytes: Buffer, start: number): number {
    this.bytes = bytes;
    this.starts[0] = start;
    let field = 0;
    for (let at = start; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (isOrdinary[byte] === 1) continue;
      this.ends[field] = at;
      field += 1;
      if (byte === newline) return field === this.width ? at : -1;
      if (byte !== comma) return -1;
      this.starts[field] = at + 1;
    }
    return -1;
  }

  /** Takes fields as latin1 text; false when there is another number of them. */
  takeFields(fields: readonly string[]): boolean {
    if (fields.length !== this.width) return false;
    this.bytes = Buffer.from(fields.join(''), 'latin1');
    let at = 0;
    for (const [field, { length }] of fields.entries()) {
      this.starts[field] = at;
      at += length;
      this.ends[field] = at;
    }
    return true;
  }
}
