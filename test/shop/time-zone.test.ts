import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readSettings } from '../../src/shop/settings.js';
import { SettingsError } from '../../src/shop/settings-error.js';
import { runSql } from '../support/empty-database.js';
import type { TestShop } from '../support/shop.js';
import { aProduct, aUser, testShop } from '../support/shop.js';

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Day of the week, 0 for Sunday, and hour of an instant on the clocks of a zone. */
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

// A day and two hours lie between the last two.
describe.each([[undefined], ['Asia/Kolkata'], ['Pacific/Kiritimati'], ['Etc/GMT+12']])(
  'with SHOP_TIMEZONE %s',
  (zone) => {
    let shop: TestShop;
    beforeAll(async () => {
      shop = await testShop(zone === undefined ? {} : { timeZone: zone });
    });
    afterAll(() => shop.stop());

    test('an order has the day and hour of the clocks there', async () => {
      const user = await aUser(shop, 'clock@example.org');
      const items = [{ productUuid: await aProduct(shop, 'Milk', '4.20'), quantity: 1 }];
      const { body } = await shop.call('POST', `/users/${user}/orders`, { items });
      const { dayOfWeek, hourOfDay, createdAt } = body;
      expect({ dayOfWeek, hourOfDay }).toEqual(clockOf(new Date(createdAt), zone ?? 'UTC'));
    });
  },
);

describe('the days since the prior order', () => {
  test.each([
    ['none', null, null],
    ['23 hours', '23 hours', 0],
    ['25 hours', '25 hours', 1],
    ['7 days', '7 days', 7],
    ['40 days', '40 days', 40],
  ])('are whole days: %s before', async (_what, ago, expected) => {
    const shop = await testShop();
    try {
      const user = await aUser(shop, 'gap@example.org');
      const items = [{ productUuid: await aProduct(shop, 'Milk', '4.20'), quantity: 1 }];
      const place = () => shop.call('POST', `/users/${user}/orders`, { items });
      if (ago !== null) {
        await place();
        await runSql(shop.databaseUrl, `UPDATE orders SET created_at = now() - interval '${ago}'`);
      }
      expect((await place()).body.daysSincePriorOrder).toBe(expected);
    } finally {
      await shop.stop();
    }
  });
});

test('a time zone that is none is named before anything starts', () => {
  expect(() => readSettings({ SHOP_TIMEZONE: 'Mars/Olympus' })).toThrow(SettingsError);
  expect(() => readSettings({ SHOP_TIMEZONE: 'Mars/Olympus' })).toThrow(
    'SHOP_TIMEZONE is "Mars/Olympus", which is no time zone.',
  );
  expect(readSettings({}).timeZone).toBe('UTC');
});
