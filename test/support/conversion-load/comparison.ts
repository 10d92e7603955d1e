import type { ConversionPlan } from 'nest-dual-id/conversion';
import type { Article, Ledger } from './ledger.js';
import type { NamedReference, Wording } from './tables.js';

/** Reads rows. */
export type Ask = <Row extends object>(sql: string) => Promise<Row[]>;

/** Where the tables and the ledger differ, read by the names of one wording. */
export async function differences(ask: Ask, ledger: Ledger, wording: Wording): Promise<string[]> {
  const { articles } = ledger;
  const found = await foundRows(ask, wording);
  const stocks = articles.flatMap((article) =>
    [...article.stocks.values()].map(({ place, amount, replaces }) =>
      lineOf(place, article.code, amount, replaces?.code),
    ),
  );
  const tags = articles.flatMap(({ code, tags: all }) =>
    [...all].map((label) => lineOf(label, code)),
  );
  const raised = [...ledger.raised].map(([code, times]) => lineOf(code, times));
  return [
    ...compare('article', articles.map(articleLine), found.articles),
    ...compare('stock', stocks, found.stocks),
    ...compare('tag', tags, found.tags),
    ...compare('seed', raised, found.raised),
  ];
}

async function foundRows(ask: Ask, { key, parent, stocked, replaces, tagged }: Wording) {
  const named = ({ column, by }: NamedReference, row: string, target: string) =>
    `${target}.${by === 'id' ? 'id' : key.column} = ${row}.${column}`;
  const lines = async (sql: string) => {
    const rows = await ask<Record<string, string | number | null>>(sql);
    return rows.map((row) => lineOf(...Object.values(row)));
  };
  return {
    articles: await lines(`SELECT a.code, a.title, p.code AS parent
      FROM articles a LEFT JOIN articles p ON ${named(parent, 'a', 'p')} WHERE a.code LIKE 'load %'`),
    stocks: await lines(`SELECT s.place, a.code, s.amount, p.code AS replaced
      FROM stocks s LEFT JOIN articles a ON ${named(stocked, 's', 'a')}
      LEFT JOIN articles p ON ${named(replaces, 's', 'p')} WHERE s.place <> 'seed'`),
    tags: await lines(`SELECT t.label, a.code
      FROM tags t LEFT JOIN articles a ON ${named(tagged, 't', 'a')} WHERE t.label <> 'seed'`),
    raised: await lines(`SELECT a.code, s.amount
      FROM stocks s LEFT JOIN articles a ON ${named(stocked, 's', 'a')}
      WHERE s.place = 'seed' AND s.amount <> 0`),
  };
}

/** References whose old and new names mean different rows. */
export async function strayTwins(ask: Ask, plan: ConversionPlan): Promise<string[]> {
  const found: string[] = [];
  for (const { table, column, twin } of plan.references) {
    const { key, added, kind } = plan;
    // A join would hash the references, of which most are NULL, into a single bucket.
    const meant =
      kind === 'add-uuid'
        ? `r."${column.name}"`
        : `(SELECT p."${added.name}" FROM "${plan.table.name}" p
            WHERE p."${key.name}" = r."${column.name}")`;
    const [row] = await ask<{ strays: number }>(
      `SELECT count(*)::int AS strays FROM "${table.name}" r
       WHERE r."${twin.name}" IS DISTINCT FROM ${meant}`,
    );
    if (row!.strays > 0) found.push(`${row!.strays} rows of ${table.name} by ${twin.name}`);
  }
  return found;
}

function articleLine({ code, title, parent }: Article): string {
  return lineOf(code, title, parent?.code);
}

function lineOf(...parts: readonly (string | number | null | undefined)[]): string {
  return parts.map((part) => part ?? '-').join(' | ');
}

/** Also finds what is there twice. */
function compare(what: string, expected: readonly string[], found: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const line of expected) counts.set(line, (counts.get(line) ?? 0) + 1);
  for (const line of found) counts.set(line, (counts.get(line) ?? 0) - 1);
  return [...counts]
    .filter(([, count]) => count !== 0)
    .map(([line, count]) => `${count > 0 ? 'lost' : 'not known'} ${what}: ${line}`);
}
