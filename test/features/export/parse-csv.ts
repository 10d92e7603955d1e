/** A cell, and whether it was in quotes. */
export interface Cell {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** Reads CSV strictly by RFC 4180, CRLF at the end of every record included. */
export function parseCsv(text: string): Cell[][] {
  const records: Cell[][] = [];
  let record: Cell[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = /"((?:[^"]|"")*)"|([^",\r\n]*)/y;
    rest.lastIndex = at;
    const [match, quoted, plain] = rest.exec(text)!;
    const isQuoted = quoted !== undefined;
    record.push({ text: quoted?.replaceAll('""', '"') ?? plain!, isQuoted });
    at += match.length;
    if (text[at] === ',') at += 1;
    else if (text.startsWith('\r\n', at)) {
      records.push(record);
      record = [];
      at += 2;
    } else throw new Error(`no RFC 4180 at ${at}: ${text.slice(at, at + 20)}`);
  }
  return records;
}
