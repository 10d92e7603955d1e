/** One message of PostgreSQL's protocol, whole. */
export interface Message {
  /** The letter of its kind; empty for the first one of a connection, which has none. */
  readonly kind: string;
  readonly bytes: Buffer;
}

/** Cuts the bytes of one direction of a connection into whole messages. */
export class MessageFrames {
  #rest: Buffer = Buffer.alloc(0);

  /** A client's first message has a length and no kind; a server's has both. */
  constructor(private isFirst: boolean) {}

  /** The messages that are complete with this chunk. */
  take(chunk: Buffer): Message[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const messages: Message[] = [];
    for (;;) {
      const head = this.isFirst ? 0 : 1;
      if (this.#rest.length < head + 4) return messages;
      const length = head + this.#rest.readUInt32BE(head);
      if (this.#rest.length < length) return messages;
      const bytes = this.#rest.subarray(0, length);
      messages.push({ kind: bytes.toString('latin1', 0, head), bytes });
      this.#rest = this.#rest.subarray(length);
      this.isFirst = false;
    }
  }
}

/**
 * Tells which statement a client's message asks for: the text of a simple query or of one that is
 * prepared, and on its later runs, which only name it, the text it was prepared with.
 */
export class StatementTexts {
  readonly #prepared = new Map<string, string>();

  of({ kind, bytes }: Message): string | undefined {
    if (kind === 'Q') return textAt(bytes, 5);
    if (kind === 'P') {
      const name = textAt(bytes, 5);
      const text = textAt(bytes, 6 + Buffer.byteLength(name));
      this.#prepared.set(name, text);
      return text;
    }
    if (kind !== 'B') return undefined;
    const portal = textAt(bytes, 5);
    return this.#prepared.get(textAt(bytes, 6 + Buffer.byteLength(portal)));
  }
}

/**
 * The server's message that it was told to end this session, for instance by a shutdown or an
 * operator.
 */
export function fatalMessage(): Buffer {
  const fields = [
    'SFATAL',
    'VFATAL',
    'C57P01',
    'Mterminating connection due to administrator command',
  ];
  const body = Buffer.from(`${fields.join('\0')}\0\0`);
  const head = Buffer.from('E\0\0\0\0');
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

function textAt(bytes: Buffer, from: number): string {
  return bytes.toString('utf8', from, bytes.indexOf(0, from));
}
