import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DataSource } from 'typeorm';
import { shopDataSource } from '../../src/shop/data-source-options.js';
import { readShopSettings } from '../../src/shop/settings.js';
import { SettingsError } from '../../src/shop/settings-error.js';
import { requireTimeZone } from '../../src/shop/time-zone-check.js';
import type { TestDatabase } from '../support/database.js';
import { freshDatabase } from '../support/database.js';
import { runSql } from '../support/empty-database.js';
import { urlAs } from '../support/roles.js';
import type { TestShop } from '../support/shop.js';
import { aProduct, aUser, testShop } from '../support/shop.js';

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Day of the week, 0 for Sunday, and hour of an instant in a time zone. */
function clockOf(instant: Date, timeZone: string) {
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
  });
  const parts = Object.fromEntries(
    format.formatToParts(instant).map(({ type, value }) => [type, value]),
  );
  return { dayOfWeek: days.indexOf(parts['weekday']!), hourOfDay: Number(parts['hour']) };
}

// A day and two hours are between the last two.
describe.each([[undefined], ['Asia/Kolkata'], ['Pacific/Kiritimati'], ['Etc/GMT+12']])(
  'with SHOP_TIMEZONE %s',
  (zone) => {
    let shop: TestShop;
    beforeAll(async () => {
      shop = await testShop(zone === undefined ? {} : { timeZone: zone });
    });
    afterAll(() => shop.stop());

    test('an order has the day and hour of that zone', async () => {
      const user = await aUser(shop, 'clock@example.org');
      const items = [{ productUuid: await aProduct(shop, 'Milk', '4.20'), quantity: 1 }];
      const { body } = await shop.ask('POST', `/users/${user}/orders`, { body: { items } });
      const { dayOfWeek, hourOfDay, createdAt } = body;
      expect({ dayOfWeek, hourOfDay }).toEqual(clockOf(new Date(createdAt), zone ?? 'UTC'));
    });
  },
);

const zones = ['UTC', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Kiritimati'];

describe.each(zones)('the days since the prior order in %s', (zone) => {
  let shop: TestShop;
  beforeAll(async () => {
    shop = await testShop({ timeZone: zone });
  });
  afterAll(() => shop.stop());

  const daysSince = async (email: string, prior: string | null) => {
    const user = await aUser(shop, email);
    const items = [{ productUuid: await aProduct(shop, 'Milk', '4.20'), quantity: 1 }];
    const place = () => shop.ask('POST', `/users/${user}/orders`, { body: { items } });
    if (prior !== null) {
      await place();
      await runSql(
        shop.databaseUrl,
        `UPDATE orders SET created_at = (${prior}) AT TIME ZONE '${zone}'
         WHERE user_id = (SELECT id FROM users WHERE uuid = '${user}')`,
      );
    }
    return (await place()).body.daysSincePriorOrder;
  };
  const today = `date_trunc('day', now() AT TIME ZONE '${zone}')`;

  test('are none for a first order', async () => {
    expect(await daysSince('first@example.org', null)).toBeNull();
  });

  // Within 200 days, a zone with daylight saving time has changed its clocks.
  test.each([1, 7, 40, 100, 200])(
    'count calendar days there, from the first and the last second of a day: %s',
    async (days) => {
      const day = `${today} - interval '${days} days'`;
      expect(await daysSince(`early${days}@example.org`, day)).toBe(days);
      const lastSecond = `${day} + interval '23:59:59'`;
      expect(await daysSince(`late${days}@example.org`, lastSecond)).toBe(days);
    },
  );

  test('are 0 within a day, and for an order that began before the one it follows', async () => {
    expect(await daysSince('today@example.org', today)).toBe(0);
    expect(await daysSince('ahead@example.org', `${today} + interval '1 day'`)).toBe(0);
  });
});

test.each(['Mars/Olympus', '+05:30', '-08'])(
  'an invalid time zone is reported before anything starts: %s',
  (zone) => {
    expect(() => readShopSettings({ SHOP_TIMEZONE: zone })).toThrow(SettingsError);
    expect(() => readShopSettings({ SHOP_TIMEZONE: zone })).toThrow(
      `SHOP_TIMEZONE is "${zone}", which is not a time zone.`,
    );
  },
);

test('the time zone is UTC if none is set', () => {
  expect(readShopSettings({}).timeZone).toBe('UTC');
});

describe('a start in a time zone', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  beforeAll(async () => {
    database = await freshDatabase();
    dataSource = await new DataSource(
      shopDataSource(urlAs('application', database.url)),
    ).initialize();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  test('is refused if PostgreSQL does not know the zone, or has one offset for it', async () => {
    await expect(requireTimeZone(dataSource, 'Mars/Olympus')).rejects.toThrow(
      'SHOP_TIMEZONE is "Mars/Olympus", a time zone that this PostgreSQL does not know. Set it to',
    );
    for (const zone of ['CET', 'est', 'WET']) {
      await expect(requireTimeZone(dataSource, zone)).rejects.toThrow(
        `SHOP_TIMEZONE is "${zone}", which PostgreSQL reads as an abbreviation`,
      );
    }
  });

  test.each(['UTC', 'utc', 'Europe/Rome', 'Asia/Kolkata', 'Etc/GMT+12', 'Japan'])(
    'continues with %s',
    async (zone) => {
      await expect(requireTimeZone(dataSource, zone)).resolves.toBeUndefined();
    },
  );
});
