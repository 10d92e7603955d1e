import { addHistory } from 'nest-dual-id/history';
import { Paper, Writer, WriterView } from '../history/archive.js';
import { paperOf } from '../history/archive-rows.js';
import type { Chronicle } from './chronicle.js';

export const script = `<script>hacked = 1</script><img src=x onerror="hacked = 1">`;
/** An actor that no registry knows. */
export const stranger = '00000000-0000-0000-0000-000000000000';
const long = 'lorem ipsum '.repeat(5_000);

/** The public ids of what has a history. */
export interface Lives {
  readonly ada: string;
  readonly bob: string;
  readonly paper: string;
  /** With values that would break a careless page. */
  readonly hostile: string;
  /** Changed 499 times. */
  readonly busy: string;
  readonly gone: string;
  readonly erased: string;
  /** Logged without values. */
  readonly kept: string;
}

/** Makes entities with a history each. */
export async function live(chronicle: Chronicle): Promise<Lives> {
  const { owner, repositories, sql } = chronicle;
  const ada = await writer(chronicle, 'Ada');
  const bob = await writer(chronicle, 'Bob');
  const paper = await changed(chronicle, ada, bob);
  const hostile = await paperOf(chronicle, ada, { title: script });
  for (const title of ['', 'null', '\u202Egnitide', `${long}end`, `${long}END${long}`, bob]) {
    await sql('UPDATE papers SET title = $1 WHERE uuid = $2', [title, hostile]);
  }
  const busy = await paperOf(chronicle, ada, { pages: 0 });
  await sql(`DO $do$ BEGIN FOR number IN 1..499 LOOP
    UPDATE papers SET pages = number WHERE uuid = '${busy}'; END LOOP; END $do$`);
  const gone = await paperOf(chronicle, ada, { title: 'Ashes' });
  await repositories.of(Paper).remove(gone);
  const erased = await writer(chronicle, 'Eve');
  await sql('UPDATE writers SET city = $1 WHERE uuid = $2', ['Bern', erased]);
  await repositories.of(Writer).erase(erased);
  await owner.transaction((runner) => addHistory(runner, { table: 'writers', keep: 'ids' }));
  const kept = await writer(chronicle, 'Ida');
  await sql('UPDATE writers SET city = $1 WHERE uuid = $2', ['Bern', kept]);
  return { ada, bob, paper, hostile, busy, gone, erased, kept };
}

async function writer({ repositories }: Chronicle, name: string) {
  return (await repositories.of(Writer).create(WriterView, { name } as never)).uuid;
}

/** A paper that was changed in every way, by several. */
async function changed(chronicle: Chronicle, ada: string, bob: string): Promise<string> {
  const { as, sql } = chronicle;
  const notes = { by: 'Ada', place: { city: 'Bern', street: 'Bee Lane' } };
  const more = { title: 'Notes on bees', pages: 36, notes, secret: 'xyzzy' };
  const paper = await paperOf(chronicle, ada, more);
  const one = `WHERE uuid = '${paper}'`;
  // A time is chosen to the second.
  await sql('SELECT pg_sleep(2)');
  await as(ada, `UPDATE papers SET title = 'On bees', pages = NULL ${one}`);
  const writerId = `(SELECT id FROM writers WHERE uuid = '${bob}')`;
  await as(bob, `UPDATE papers SET writer_id = ${writerId} ${one}`);
  await as(stranger, `UPDATE papers SET notes = jsonb_set(notes, '{place,city}', '"Thun"') ${one}`);
  await as(ada, `UPDATE papers SET secret = 'plugh' ${one}`);
  await as(ada, `UPDATE papers SET words = '{x}' ${one}`);
  return paper;
}
