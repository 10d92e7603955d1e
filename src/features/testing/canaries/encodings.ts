import { uuidsInText } from '../../../core/ids/any-uuid.js';

/** Bytes that a text may encode, and the encoding. */
export interface Decoding {
  readonly encoding: 'base64' | 'hex';
  readonly bytes: Buffer;
}

/** Eight bytes are eleven characters of base64; anything shorter cannot hold an id. */
const base64Word = /[A-Za-z0-9+/_-]{11,}/g;
const hexWord = /[0-9a-fA-F]{16,}/g;

/** A text without its UUIDs, whose digits are random and mean nothing. */
export function withoutUuids(text: string): string {
  return text.replaceAll(uuidsInText, ' ');
}

/** A run of digits in a text. */
export interface DigitRun {
  readonly digits: string;
  /** Whether it follows a decimal point, so that its digits are those of a measured value. */
  readonly isFraction: boolean;
}

/** Every run of ten or more digits. */
export function digitRuns(text: string): readonly DigitRun[] {
  return [...text.matchAll(/(?<point>(?<=\d)\.)?(?<digits>\d{10,})/g)].map(({ groups }) => ({
    digits: groups!['digits']!,
    isFraction: groups!['point'] !== undefined,
  }));
}

/**
 * The possible decodings of the words in a text. Other characters may precede the encoded part of a
 * word, so every alignment is tried; UUIDs are read as the sixteen bytes they are.
 */
export function* decodingsOf(text: string): Generator<Decoding> {
  for (const uuid of text.match(uuidsInText) ?? []) yield hexDecoding(uuid.replaceAll('-', ''), 0);
  const rest = withoutUuids(text);
  for (const word of rest.match(base64Word) ?? []) {
    for (let skip = 0; skip < 4; skip++) {
      yield { encoding: 'base64', bytes: Buffer.from(word.slice(skip), 'base64') };
    }
  }
  for (const word of rest.match(hexWord) ?? []) {
    yield hexDecoding(word, 0);
    yield hexDecoding(word, 1);
  }
}

/** Every number that eight consecutive bytes may represent, in either byte order. */
export function* int64sIn(bytes: Buffer): Generator<bigint> {
  for (let at = 0; at + 8 <= bytes.length; at++) {
    // Ids stay below 2^56 in tests, which rules out nearly all random bytes at once.
    if (bytes[at] === 0) yield bytes.readBigUInt64BE(at);
    if (bytes[at + 7] === 0) yield bytes.readBigUInt64LE(at);
  }
}

function hexDecoding(word: string, skip: number): Decoding {
  return { encoding: 'hex', bytes: Buffer.from(word.slice(skip), 'hex') };
}
