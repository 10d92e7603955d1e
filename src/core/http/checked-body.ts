/** A body that was checked: all that its response may send. */
export class CheckedBody {
  /** What is still to be sent; undefined before the first part. */
  #rest: Uint8Array | undefined;

  constructor(private readonly text: string) {}

  /** Whether a chunk is this body or continues it: middleware may send it in parts. */
  takes(chunk: unknown): boolean {
    if (chunk === this.text && this.#rest === undefined) {
      this.#rest = noBytes;
      return true;
    }
    const rest = this.#rest ?? Buffer.from(this.text);
    const bytes = Buffer.from(chunk as Uint8Array);
    if (!bytes.equals(rest.subarray(0, bytes.length))) return false;
    this.#rest = rest.subarray(bytes.length);
    return true;
  }
}

const noBytes = new Uint8Array();
