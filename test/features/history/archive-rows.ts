import type { PublicId } from 'nest-dual-id';
import type { Archive } from './archive.js';
import { Paper, PaperView } from './archive.js';

/** Creates a paper of a writer. */
export async function paperOf(
  archive: Archive,
  writerUuid: string,
  more: object = {},
): Promise<PublicId<Paper>> {
  const input = { title: 'First', writerUuid, ...more } as never;
  return (await archive.repositories.of(Paper).create(PaperView, input)).uuid;
}

/** Returns the time of the database, and waits until its millisecond is over. */
export async function pause(archive: Archive): Promise<Date> {
  const [row] = await archive.sql<{ now: Date }>('SELECT clock_timestamp() AS now');
  await archive.sql('SELECT pg_sleep(0.002)');
  return row!.now;
}

/** Does work of which the log has nothing. */
export async function unlogged<T>(
  { sql }: Archive,
  table: string,
  work: () => Promise<T>,
): Promise<T> {
  await sql(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  // Only the log is off: the row needs its passport.
  await sql(`DO $do$ DECLARE name text; BEGIN
    FOR name IN SELECT tgname FROM pg_trigger
      WHERE tgrelid = '${table}'::regclass AND NOT tgisinternal AND tgname !~ '_logged$'
    LOOP EXECUTE format('ALTER TABLE ${table} ENABLE TRIGGER %I', name); END LOOP;
  END $do$`);
  const result = await work();
  await sql(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
  return result;
}
