/** A value as a field of COPY's text format. */
export function escapedForCopy(text: string): string {
  return text.replaceAll(/[\\,\n\r]/g, escapeOne);
}

/** Fields between commas as COPY's text format has them. */
export function escapedFields(text: string): string {
  return text.replaceAll(/[\\\r]/g, escapeOne);
}

/** A text with one character for each of its bytes, as fields are. */
export function asBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function escapeOne(character: string): string {
  if (character === '\n') return '\\n';
  return character === '\r' ? '\\r' : `\\${character}`;
}
