import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addHistory } from 'nest-dual-id/history';
import { DualIdError, statement } from 'nest-dual-id';
import { roleNames } from '../../support/roles.js';
import type { Archive } from './archive.js';
import { openArchive, Paper, PaperView, Writer, WriterView } from './archive.js';
import { paperOf, pause, unlogged } from './archive-rows.js';

const tenants = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'];
let archive: Archive;
let writer: string;
beforeAll(async () => {
  archive = await openArchive();
  writer = (await archive.repositories.of(Writer).create(WriterView, { name: 'Ada' } as never))
    .uuid;
});
afterAll(() => archive.stop());

describe('a role that owns nothing', () => {
  test('reads with what it was granted, and cannot write the log', async () => {
    const [row] = (await archive.database.manager.query('SELECT current_user AS name')) as [
      { name: string },
    ];
    expect(row.name).toBe(roleNames.application);
    const uuid = await paperOf(archive, writer);
    expect((await archive.history.of(PaperView, uuid)).items).toHaveLength(1);
    await expect(archive.database.manager.query('DELETE FROM dual_id.changes')).rejects.toThrow(
      /permission denied|cannot be changed|may not/i,
    );
  });

  test('is told by an error of the library that it may not read, without SQL', async () => {
    const uuid = await paperOf(archive, writer);
    await archive.sql(`REVOKE SELECT ON dual_id.changes FROM ${roleNames.application}`);
    const error = await archive.history.of(PaperView, uuid).catch((one: unknown) => one);
    await archive.sql(`GRANT SELECT ON dual_id.changes TO ${roleNames.application}`);
    expect(error).toBeInstanceOf(DualIdError);
    expect(JSON.stringify(error)).not.toMatch(/SELECT|dual_id/);
  });
});

describe('row-level security', () => {
  test('on the log applies to what is read of it', async () => {
    await archive.sql('ALTER TABLE papers ADD COLUMN owner_key uuid');
    await archive.owner.transaction((runner) =>
      addHistory(runner, { table: 'papers', keep: 'rows', tenant: 'owner_key' }),
    );
    const uuid = await paperOf(archive, writer);
    for (const tenant of tenants) {
      await archive.sql(
        `UPDATE papers SET owner_key = '${tenant}', title = 'of ${tenant}' WHERE uuid = '${uuid}'`,
      );
    }
    const late = await pause(archive);
    await archive.sql(`ALTER TABLE dual_id.changes ENABLE ROW LEVEL SECURITY;
      CREATE POLICY own ON dual_id.changes TO ${roleNames.application}
        USING (tenant = nullif(current_setting('app.tenant', true), '')::uuid)`);
    const read = (tenant: string) =>
      archive.database.withSettings({ 'app.tenant': tenant }, async () => ({
        titles: (await archive.history.of(PaperView, uuid)).items.map(({ value }) => value?.title),
        state: await archive.history.asOf(PaperView, uuid, late),
        done: (await archive.history.byActor(null, [PaperView])).items.length,
        seen: (await archive.database.rows(statement('SELECT FROM dual_id.change_log'))).length,
      }));
    for (const tenant of tenants) {
      expect(await read(tenant)).toMatchObject({
        titles: [`of ${tenant}`],
        state: { knowledge: 'known', value: { title: `of ${tenant}` } },
        done: 1,
        seen: 1,
      });
    }
    expect(await archive.history.asOf(PaperView, uuid, late)).toMatchObject({
      knowledge: 'unknown',
      value: null,
    });
    await archive.sql('ALTER TABLE dual_id.changes DISABLE ROW LEVEL SECURITY');
  });

  test('on the rows hides none of their history, and completes no image from a hidden row', async () => {
    const input = { name: 'Bea', city: 'Bern' } as never;
    const { uuid } = await unlogged(archive, 'writers', () =>
      archive.repositories.of(Writer).create(WriterView, input),
    );
    await archive.sql("UPDATE writers SET name = 'Cleo' WHERE uuid = $1", [uuid]);
    await archive.sql(`ALTER TABLE writers ENABLE ROW LEVEL SECURITY;
      CREATE POLICY nobody ON writers TO ${roleNames.application} USING (false)`);
    const state = await archive.history.asOf(WriterView, uuid, await pause(archive));
    expect(state.value).toEqual({ uuid: null, name: 'Cleo', city: null });
    const paper = (await archive.sql('SELECT uuid FROM papers LIMIT 1'))[0]!.uuid!;
    const { value } = await archive.history.asOf(PaperView, paper, new Date());
    expect(value!.writerUuid).toBe(writer);
    await archive.sql('ALTER TABLE writers DISABLE ROW LEVEL SECURITY');
    expect(await archive.repositories.of(Paper).exists(paper as never)).toBe(true);
  });
});
