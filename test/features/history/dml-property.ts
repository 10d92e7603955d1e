import { expect } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { urlAs } from '../../support/roles.js';
import { checkWorks, expectLogToTell } from './dml-check.js';
import { openGround, refillGround } from './dml-ground.js';
import { works } from './dml-statements.js';

/** Runs random transactions in an office; a failure tells its seed. */
export async function checkRandomDml(numRuns: number): Promise<void> {
  const office = await openGround();
  const client = new pg.Client({ connectionString: urlAs('owner', office.url) });
  await client.connect();
  try {
    await client.query(`SET TimeZone = 'UTC'`);
    await client.query(`SET IntervalStyle = 'iso_8601'`);
    let logged = 0;
    const each = fc.asyncProperty(works, async (all) => {
      await refillGround(client);
      logged += await checkWorks(client, all);
    });
    await fc.assert(each, { numRuns, endOnFailure: true, includeErrorInReport: true });
    expect(logged).toBeGreaterThan(numRuns);
    await refillGround(client);
    await expectLogToTell(client);
  } finally {
    await client.end();
    await office.stop();
  }
}
