import { schemaChange, withTrait } from '../change.js';
import type { SchemaChange } from '../change.js';
import type { SqlText } from '../source-text.js';
import { isSymbolToken, isWordToken } from './cursor.js';
import type { SqlStatement } from './statements.js';
import { tokensOf } from './tokens.js';
import type { Token } from './tokens.js';

type ReadSql = (source: SqlText) => SchemaChange[];

/** Words of PL/pgSQL after which a statement begins. */
const openers = new Set(['begin', 'then', 'else', 'loop', 'declare']);

/** Statements that a block may hold and that are read. */
const statements =
  /^(?:alter|create|drop|truncate|update|delete|lock|reindex|refresh|cluster|set|perform)$/;

/** The changes of the statements in the body of DO. */
export function blockChanges({ source, tokens }: SqlStatement, readSql: ReadSql): SchemaChange[] {
  const body = tokens.find(({ kind }) => kind === 'string');
  const language = tokens.findIndex((token) => isWordToken(token, 'language'));
  const isOther = language !== -1 && tokens[language + 1]?.value !== 'plpgsql';
  if (!body?.inner || isOther) {
    const unread = 'a DO block';
    return [schemaChange('unread', source.placeOf(tokens[0]!.start), { unread })];
  }
  const inner = source.slice(...body.inner);
  return piecesOf(tokensOf(inner)).flatMap((piece) => pieceChanges(inner, piece, readSql));
}

/** The parts of a block between semicolons and the words that open a branch. */
function piecesOf(tokens: readonly Token[]): (readonly Token[])[] {
  const pieces: Token[][] = [[]];
  let cases = 0;
  for (const token of tokens) {
    const piece = pieces.at(-1)!;
    // CASE within a statement has a THEN and an ELSE of its own.
    if (piece.length > 0 && isWordToken(token, 'case')) cases += 1;
    const isOpener = cases === 0 && token.kind === 'word' && openers.has(token.value);
    if (cases > 0 && isWordToken(token, 'end')) cases -= 1;
    if (isSymbolToken(token, ';')) cases = 0;
    if (isOpener || isSymbolToken(token, ';')) pieces.push([]);
    else piece.push(token);
  }
  return pieces.filter((piece) => piece.length > 0);
}

function pieceChanges(body: SqlText, piece: readonly Token[], readSql: ReadSql): SchemaChange[] {
  const first = piece[0]!;
  const at = body.placeOf(first.start);
  if (first.kind === 'hole') {
    return [schemaChange('unread', at, { unread: body.shown(first.start, piece.at(-1)!.end) })];
  }
  if (first.kind !== 'word') return [];
  if (first.value === 'execute') return executed(body, piece, at, readSql);
  if (!statements.test(first.value)) return [];
  return inBlock(readSql(body.slice(first.start, piece.at(-1)!.end)));
}

/** EXECUTE of a string is read; of anything else it is not known what it runs. */
function executed(
  body: SqlText,
  piece: readonly Token[],
  at: number,
  readSql: ReadSql,
): SchemaChange[] {
  const [, text, after] = piece;
  const isWhole = after === undefined || isWordToken(after, 'using') || isWordToken(after, 'into');
  if (text?.inner && isWhole) return inBlock(readSql(body.slice(...text.inner)));
  return [schemaChange('unread', at, { unread: body.shown(piece[0]!.start, piece.at(-1)!.end) })];
}

/** A block runs as one statement, so nothing in it can run outside of a transaction. */
function inBlock(changes: readonly SchemaChange[]): SchemaChange[] {
  return changes.map((change) => withTrait(change, 'batched'));
}
