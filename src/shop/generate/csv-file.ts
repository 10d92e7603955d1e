import type { FileHandle } from 'node:fs/promises';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';

const chunkLength = 1 << 18;

/** A CSV file being written. Rows are buffered in memory until `flush` writes them. */
export class CsvFile {
  rows = 0;
  bytes = 0;
  #text: string;

  private constructor(
    readonly name: string,
    private readonly path: string,
    private readonly handle: FileHandle,
    header: string,
  ) {
    this.#text = `${header}\n`;
  }

  /** Starts a file with its header; an existing one is refused. */
  static async create(folder: string, name: string, header: string): Promise<CsvFile> {
    const path = join(folder, name);
    try {
      return new CsvFile(name, path, await open(path, 'wx', 0o600), header);
    } catch (cause) {
      const isThere = (cause as { code?: string }).code === 'EEXIST';
      const problem = isThere ? `${folder} already has ${name}` : `${path} cannot be written`;
      throw new Error(`${problem}. Choose another folder with --out.`, { cause });
    }
  }

  /** Adds a row that needs no quotes. */
  add(row: string): void {
    this.#text += `${row}\n`;
    this.rows += 1;
  }

  /** Adds a row of any fields. */
  addFields(fields: readonly (string | number)[]): void {
    this.add(fields.map((field) => csvField(String(field))).join(','));
  }

  /** Writes the buffered rows, once there are enough or if it `isLast`. */
  async flush(isLast = false): Promise<void> {
    if (this.#text === '' || (!isLast && this.#text.length < chunkLength)) return;
    const chunk = Buffer.from(this.#text);
    this.#text = '';
    await this.handle.appendFile(chunk);
    this.bytes += chunk.length;
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  /** Removes a file that will not be finished. */
  async discard(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    await rm(this.path, { force: true });
  }
}

function csvField(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
