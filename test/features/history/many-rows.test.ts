import { expect, test } from '@jest/globals';
import { openOffice } from './office.js';

test('a session that changed single rows logs a change of many rows as fast as another', async () => {
  const office = await openOffice([{ table: 'notes', keep: 'rows' }]);
  try {
    await office.sql('INSERT INTO notes SELECT generate_series(1, 5000)');
    await office.owner.transaction(async (runner) => {
      for (let id = 1; id <= 10; id++)
        await runner.query(`UPDATE notes SET actor = 'one' WHERE id = ${id}`);
      await runner.query(`SET LOCAL statement_timeout = '5s'`);
      await runner.query(`UPDATE notes SET actor = 'all'`);
    });
    const [row] = await office.sql(
      `SELECT count(*)::integer AS n FROM dual_id.changes WHERE operation = 'U'`,
    );
    expect(row).toEqual({ n: 5010 });
  } finally {
    await office.stop();
  }
});
