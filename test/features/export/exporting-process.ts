import { createWriteStream } from 'node:fs';
import { exportViewTo } from 'nest-dual-id/export';
import { DataSource } from 'typeorm';
import { shopDataSource } from '../../../src/shop/data-source-options.js';
import { UserView } from '../../../src/shop/users/user.view.js';

/**
 * A separate process: exports all users of DATABASE_URL to a file and reports its maximum memory.
 */
const url = process.env['DATABASE_URL'] ?? '';
const dataSource = await new DataSource(shopDataSource(url)).initialize();
const file = createWriteStream(process.argv[2] ?? '');
const rows = await exportViewTo(file, { dataSource, view: UserView });
await dataSource.destroy();
process.stdout.write(JSON.stringify({ rows, kilobytes: process.resourceUsage().maxRSS }));
