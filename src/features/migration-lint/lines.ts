/** The lines of a file, to tell where a character stands. */
export class LinesOfFile {
  private readonly starts: number[] = [0];
  private readonly texts: readonly string[];

  constructor(text: string) {
    this.texts = text.split('\n');
    for (const line of this.texts) this.starts.push(this.starts.at(-1)! + line.length + 1);
  }

  /** The line, from 1, in which a character stands. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.texts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  /** Line and column, each from 1. */
  placeAt(offset: number): { readonly line: number; readonly column: number } {
    const line = this.lineAt(offset);
    return { line, column: offset - this.starts[line - 1]! + 1 };
  }

  /** The text of a line, from 1. */
  textOf(line: number): string {
    return this.texts[line - 1] ?? '';
  }

  /** How many there are. */
  get count(): number {
    return this.texts.length;
  }
}
