import type { Canaries } from '../canaries/canaries.js';
import { parseJsonText } from '../json.js';
import { internalNamesIn } from './internal-names.js';
import type { Vocabulary } from './vocabulary.js';
import type { ScannedWording } from './wording.js';
import { databaseWording, programWording } from './wording.js';

/** Something in a text that must stay inside. */
export interface Leak {
  readonly kind:
    ScannedWording['kind'] | 'internal id' | 'internal name' | 'database name' | 'column name';
  /** What it is, the same for every leak of one cause: `orders.id as base64`. */
  readonly what: string;
  /** The exact text that was found. */
  readonly sample: string;
}

/**
 * Everything in a body, header or error that reveals internals: canary ids in any encoding, names
 * of internal ids in JSON, SQL, PostgreSQL wording, names of its objects and columns, stack frames
 * and file paths. Texts with data are searched without column names: see `findDataLeaks`.
 */
export function findLeaks(
  text: string,
  canaries: Canaries,
  vocabulary: Vocabulary,
): readonly Leak[] {
  const columns = vocabulary
    .columnsIn(text)
    .map((name): Leak => ({ kind: 'column name', what: name, sample: name }));
  return [...findDataLeaks(text, canaries, vocabulary), ...columns];
}

/** What must not appear in a response with data, whose words are the application's own. */
export function findDataLeaks(
  text: string,
  canaries: Canaries,
  vocabulary: Vocabulary,
): readonly Leak[] {
  const isJson = /^\s*[[{]/.test(text);
  const names = isJson ? internalNamesIn(parseJsonText(text), vocabulary.external) : [];
  return [
    ...findLogLeaks(text, canaries, vocabulary),
    ...worded(text, programWording),
    ...names.map((pointer): Leak => ({
      kind: 'internal name',
      what: pointer.replaceAll(/\/\d+(?=\/)/g, '/*'),
      sample: pointer,
    })),
  ];
}

/** What must not appear even in a log at its default level. */
export function findLogLeaks(
  text: string,
  canaries: Canaries,
  vocabulary: Vocabulary,
): readonly Leak[] {
  const objects = vocabulary
    .objectsIn(text)
    .map((name): Leak => ({ kind: 'database name', what: name, sample: name }));
  return [...findIds(text, canaries), ...worded(text, databaseWording), ...objects];
}

/** The canary ids in a text, in any encoding. */
export function findIds(text: string, canaries: Canaries): readonly Leak[] {
  return canaries.find(text).map(({ id, source, encoding }): Leak => ({
    kind: 'internal id',
    what: encoding === 'decimal' ? source : `${source} as ${encoding}`,
    sample: id,
  }));
}

function worded(text: string, wordings: readonly ScannedWording[]): Leak[] {
  return wordings.flatMap(({ kind, pattern }) => {
    const sample = pattern.exec(text)?.[0].slice(0, 120);
    return sample === undefined ? [] : [{ kind, what: sample, sample }];
  });
}
