import type { TestedDatabase } from '../database-query.js';
import { querying } from '../database-query.js';

/** The names of a database's objects, none of which belongs in a response. */
export class Vocabulary {
  readonly #objects: RegExp | undefined;
  readonly #columns: RegExp | undefined;

  constructor(
    /** Constraints, indexes, triggers, functions and sequences. */
    objects: Iterable<string>,
    /** Tables and columns that are not part of the API. */
    columns: Iterable<string> = [],
    /** Identifiers of other systems, which may have the name of an internal id. */
    readonly external: ReadonlySet<string> = new Set(),
  ) {
    this.#objects = anyOf(objects);
    this.#columns = anyOf(columns);
  }

  objectsIn(text: string): readonly string[] {
    return wordsIn(text, this.#objects);
  }

  columnsIn(text: string): readonly string[] {
    return wordsIn(text, this.#columns);
  }
}

/**
 * Reads the names of a database. Words without an underscore are left out, because an ordinary
 * sentence may contain them, and so are the names that the API itself uses.
 */
export async function readVocabulary(
  database: TestedDatabase,
  publicNames: ReadonlySet<string> = new Set(),
  external: ReadonlySet<string> = new Set(),
): Promise<Vocabulary> {
  return querying(database, async (query) => {
    const names = async (sql: string) => {
      const rows = await query<{ name: string }>(sql);
      return rows
        .map(({ name }) => name)
        .filter((name) => name.includes('_') && !publicNames.has(name));
    };
    return new Vocabulary(await names(objectNames), await names(ownNamesQuery), external);
  });
}

function anyOf(names: Iterable<string>): RegExp | undefined {
  const escaped = [...names].map((name) => name.replaceAll(/[^\w]/g, String.raw`\$&`));
  if (escaped.length === 0) return undefined;
  return new RegExp(String.raw`(?<!\w)(?:${escaped.join('|')})(?!\w)`, 'g');
}

function wordsIn(text: string, words: RegExp | undefined): readonly string[] {
  return words ? [...new Set(text.match(words) ?? [])] : [];
}

const ownSchemas = `SELECT oid FROM pg_namespace
  WHERE nspname <> 'information_schema' AND NOT starts_with(nspname, 'pg_')`;

const ofExtension = (catalog: string) => `EXISTS (SELECT 1 FROM pg_depend d
  WHERE d.classid = '${catalog}'::regclass AND d.objid = o.oid AND d.deptype = 'e')`;

const objectNames = `
  SELECT conname AS name FROM pg_constraint WHERE connamespace IN (${ownSchemas})
  UNION SELECT relname FROM pg_class WHERE relkind IN ('i', 'I', 'S')
    AND relnamespace IN (${ownSchemas})
  UNION SELECT tgname FROM pg_trigger WHERE NOT tgisinternal
  UNION SELECT proname FROM pg_proc o WHERE pronamespace IN (${ownSchemas})
    AND NOT ${ofExtension('pg_proc')}`;

const ownNamesQuery = `
  SELECT o.relname AS name FROM pg_class o WHERE o.relkind IN ('r', 'p', 'v', 'm')
    AND o.relnamespace IN (${ownSchemas}) AND NOT ${ofExtension('pg_class')}
  UNION SELECT a.attname FROM pg_attribute a JOIN pg_class o ON o.oid = a.attrelid
  WHERE o.relkind IN ('r', 'p', 'v', 'm') AND o.relnamespace IN (${ownSchemas})
    AND a.attnum > 0 AND NOT a.attisdropped AND NOT ${ofExtension('pg_class')}`;
