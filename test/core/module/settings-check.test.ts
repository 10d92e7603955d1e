import { Logger } from '@nestjs/common';
import { expect, test } from '@jest/globals';
import { dualIdDataSource, Database } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import { SettingsCheck } from '../../../src/core/module/settings-check.js';
import { freshDatabase } from '../../support/database.js';
import { runSql } from '../../support/empty-database.js';
import { alterDatabase } from '../../support/odd-settings.js';

test('connections without the settings that values depend on are reported at boot', async () => {
  const { url, drop } = await freshDatabase();
  const warnings: string[] = [];
  const { warn } = Logger.prototype;
  Logger.prototype.warn = (message: string) => void warnings.push(message);
  const boot = async (connection: 'direct' | 'transaction-pooler') => {
    warnings.length = 0;
    const options = dualIdDataSource({ url, entities: [], connection });
    const dataSource = await new DataSource(options).initialize();
    await new SettingsCheck(new Database(dataSource, {})).onModuleInit();
    await dataSource.destroy();
    return [...warnings];
  };
  try {
    expect(await boot('transaction-pooler')).toEqual([]);
    const odd = { DateStyle: `'German'`, extra_float_digits: '0' };
    for (const change of alterDatabase(url, odd)) await runSql(url, change);
    expect(await boot('direct')).toEqual([]);
    const [warning] = await boot('transaction-pooler');
    expect(warning).toMatch(
      /^Connections lack DateStyle = ISO, extra_float_digits = 1: .*ALTER ROLE/,
    );
  } finally {
    Logger.prototype.warn = warn;
    await drop();
  }
});
