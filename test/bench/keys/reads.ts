import type { ClientBase } from 'pg';
import type { Layout } from './layouts.js';
import { layouts } from './layouts.js';

/** A question that is put to every layout. */
interface Question {
  readonly name: string;
  readonly sql: (layout: Layout) => string;
  /** With one of many public ids each time, or once without any. */
  readonly asks?: 'customers' | 'orders';
}

/** Milliseconds of one answer, by question and layout, one value for each round. */
export type ReadTimes = Map<string, Map<string, number[]>>;

const questions: readonly Question[] = [
  {
    name: 'join of all rows',
    sql: ({ name, internal }) =>
      `SELECT sum(o.total), max(c.n) FROM ${name}.orders o
       JOIN ${name}.customers c ON c.${internal} = o.customer`,
  },
  {
    name: 'join of 1,000 customers',
    sql: ({ name, internal }) =>
      `SELECT sum(o.total) FROM ${name}.customers c
       JOIN ${name}.orders o ON o.customer = c.${internal} WHERE c.n <= 1000`,
  },
  {
    name: 'page of 20 of one customer',
    asks: 'customers',
    sql: ({ name, internal }) =>
      `SELECT o.uuid, o.placed_at, o.status, o.total FROM ${name}.orders o
       WHERE o.customer = (SELECT c.${internal} FROM ${name}.customers c WHERE c.uuid = $1)
       ORDER BY o.placed_at DESC, o.${internal} DESC LIMIT 20`,
  },
  {
    name: 'row by public id',
    asks: 'orders',
    sql: ({ name }) =>
      `SELECT o.uuid, o.placed_at, o.status, o.total FROM ${name}.orders o WHERE o.uuid = $1`,
  },
];

const asked = 1000;

/** Puts the questions to the layouts in turns; a first round warms up and does not count. */
export async function measureReads(client: ClientBase, rounds: number): Promise<ReadTimes> {
  const times: ReadTimes = new Map();
  for (const question of questions) {
    const own = new Map<string, number[]>(layouts.map(({ name }) => [name, []]));
    const samples = new Map<string, string[]>();
    for (const layout of layouts) {
      samples.set(layout.name, await sample(client, question, layout, asked * (rounds + 1)));
    }
    for (let round = 0; round <= rounds; round += 1) {
      const turn = round % layouts.length;
      for (const layout of [...layouts.slice(turn), ...layouts.slice(0, turn)]) {
        const uuids = turnOf(samples.get(layout.name)!, round);
        const time = await ask(client, { question, layout, uuids });
        if (round > 0) own.get(layout.name)!.push(time);
      }
    }
    times.set(question.name, own);
  }
  return times;
}

/** Other ids in each round, as long as there are enough. */
function turnOf(ids: readonly string[], round: number): string[] {
  const count = Math.min(asked, ids.length);
  return Array.from({ length: count }, (_, at) => ids[(round * asked + at) % ids.length]!);
}

/** Public ids from all over a table, in any order. */
async function sample(
  client: ClientBase,
  { asks }: Question,
  { name }: Layout,
  wanted: number,
): Promise<string[]> {
  if (asks === undefined) return [];
  const table = `${name}.${asks}`;
  const { rows } = await client.query<{ uuid: string }>(
    `SELECT uuid FROM ${table} WHERE random() < ${2 * wanted}.0 / (SELECT count(*) FROM ${table})
     ORDER BY random() LIMIT ${wanted}`,
  );
  return rows.map(({ uuid }) => uuid);
}

interface Asking {
  readonly question: Question;
  readonly layout: Layout;
  readonly uuids: readonly string[];
}

/** Milliseconds of one answer. */
async function ask(client: ClientBase, { question, layout, uuids }: Asking): Promise<number> {
  const text = question.sql(layout);
  const start = performance.now();
  if (question.asks === undefined) await client.query(text);
  for (const uuid of uuids) {
    await client.query({ name: `${layout.name} ${question.name}`, text, values: [uuid] });
  }
  return (performance.now() - start) / Math.max(1, uuids.length);
}
