import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

const chunkBytes = 256 * 1024;
const gzipStart = Buffer.from([0x1f, 0x8b]);

/** The text of a source, in bytes, and how much of the source was read. */
export interface SourceText {
  /** Ends early without a leak when its reader does. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Bytes read of the source itself, which may be compressed. */
  readonly bytesRead: () => number;
  /** SHA-256 of the source itself, in hex; undefined until it was read to its end. */
  readonly digest: () => string | undefined;
}

/** Opens a file; what is gzip by its first bytes is unpacked. */
export function openFile(path: string): SourceText {
  return sourceText(() => createReadStream(path, { highWaterMark: chunkBytes }));
}

/** The text of a stream of bytes, opened to be read; what is gzip by its first bytes is unpacked. */
export function sourceText(open: () => Readable): SourceText {
  const hash = createHash('sha256');
  let bytes = 0;
  let digest: string | undefined;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const part of open() as AsyncIterable<Buffer | string>) {
      const chunk = typeof part === 'string' ? Buffer.from(part) : part;
      bytes += chunk.length;
      hash.update(chunk);
      yield chunk;
    }
    digest = hash.digest('hex');
  }
  return { chunks: unpacked(counted()), bytesRead: () => bytes, digest: () => digest };
}

/** SHA-256 of a file as it is stored, in hex. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

/** A text that is read once, although its first part is looked at before. */
export function withPeek({ chunks, ...counts }: SourceText): {
  readonly peek: () => AsyncGenerator<Buffer>;
  readonly text: SourceText;
} {
  const source = chunks[Symbol.asyncIterator]();
  const seen: Buffer[] = [];
  async function* peek(): AsyncGenerator<Buffer> {
    for (let next = await source.next(); !next.done; next = await source.next()) {
      seen.push(next.value);
      yield next.value;
    }
  }
  async function* whole(): AsyncGenerator<Buffer> {
    for (let chunk = seen.shift(); chunk !== undefined; chunk = seen.shift()) yield chunk;
    yield* { [Symbol.asyncIterator]: () => source };
  }
  return { peek, text: { ...counts, chunks: whole() } };
}

async function* unpacked(source: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* unpack(source);
  } finally {
    // A reader that wants no more than the first chunk leaves a source that nobody else would
    // close. Not waited for, because a source may be stuck.
    source.return(undefined).catch(() => undefined);
  }
}

async function* unpack(source: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let start = Buffer.alloc(0);
  while (start.length < gzipStart.length) {
    const next = await source.next();
    if (next.done) break;
    start = Buffer.concat([start, next.value]);
  }
  async function* whole(): AsyncGenerator<Buffer> {
    if (start.length > 0) yield start;
    yield* source;
  }
  const isPacked = start.subarray(0, gzipStart.length).equals(gzipStart);
  yield* isPacked ? gunzip(whole()) : whole();
}

async function* gunzip(source: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const packed = Readable.from(source, { objectMode: false });
  const decoder = createGunzip({ chunkSize: chunkBytes });
  packed.on('error', (error) => decoder.destroy(error));
  try {
    for await (const chunk of packed.pipe(decoder)) yield chunk as Buffer;
  } finally {
    packed.destroy();
  }
}
