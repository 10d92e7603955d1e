/** The character that stands for a part of a text that is only known when the program runs. */
export const hole = '\uFFFC';

/** A piece of SQL, and where each of its characters stands in the file. */
export class SqlText {
  constructor(
    readonly text: string,
    /** The place in the file of each character, or of the first if they stand as they are. */
    private readonly places: readonly number[] | number,
    /** What the program writes into a hole, by the place of the hole in the text. */
    private readonly written: ReadonlyMap<number, string> = new Map(),
  ) {}

  /** A hole: an expression whose value cannot be known from the file. */
  static ofExpression(source: string, at: number): SqlText {
    return new SqlText(hole, at, new Map([[0, source]]));
  }

  /** One text after the other. */
  static joined(parts: readonly SqlText[]): SqlText {
    const places: number[] = [];
    const written = new Map<number, string>();
    let text = '';
    for (const part of parts) {
      for (const [at, source] of part.written) written.set(text.length + at, source);
      for (let index = 0; index < part.text.length; index += 1) places.push(part.placeOf(index));
      text += part.text;
    }
    return new SqlText(text, places, written);
  }

  /** Where a character stands in the file; the one after the last stands behind it. */
  placeOf(index: number): number {
    if (typeof this.places === 'number') return this.places + index;
    const known = this.places[index];
    if (known !== undefined) return known;
    const last = this.places.at(-1);
    return last === undefined ? 0 : last + 1;
  }

  /** A part of the text; its characters keep their places. */
  slice(start: number, end: number): SqlText {
    const places =
      typeof this.places === 'number' ? this.places + start : this.places.slice(start, end);
    const written = [...this.written]
      .filter(([at]) => at >= start && at < end)
      .map(([at, source]): [number, string] => [at - start, source]);
    return new SqlText(this.text.slice(start, end), places, new Map(written));
  }

  /** A part of the text as a reader knows it, with `${...}` where the program writes something. */
  shown(start: number, end: number): string {
    let text = '';
    for (let index = start; index < end; index += 1) {
      const source = this.written.get(index);
      text += source === undefined ? (this.text[index] ?? '') : `\${${source}}`;
    }
    return text;
  }

  /** Whether a character is a hole. */
  isHole(index: number): boolean {
    return this.written.has(index);
  }
}
