/** Limits of a JSON text before it is parsed. */
export interface JsonLimits {
  readonly values: number;
  readonly depth: number;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
/** `[` and `{`, and `]` and `}`, differ in one bit. */
const braceBit = 0x20;
const opening = 0x7b;
const closing = 0x7d;

/**
 * Counts values and depth in the bytes of a JSON text and returns the limit it exceeds. Parsing a
 * megabyte of small values costs far more than scanning its bytes once. An empty list or object
 * counts as two values.
 */
export function brokenLimit(json: Uint8Array, limits: JsonLimits): keyof JsonLimits | undefined {
  let values = 1;
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]!;
    if (byte === quote) at = endOfText(json, at + 1);
    else if (byte === comma) values += 1;
    else if ((byte | braceBit) === opening) {
      values += 1;
      depth += 1;
    } else if ((byte | braceBit) === closing) depth -= 1;
    if (depth > limits.depth) return 'depth';
    if (values > limits.values) return 'values';
  }
  return undefined;
}

function endOfText(json: Uint8Array, start: number): number {
  let at = start;
  while (at < json.length && json[at] !== quote) at += json[at] === backslash ? 2 : 1;
  return at;
}
