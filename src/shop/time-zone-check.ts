import type { DataSource } from 'typeorm';
import { SettingsError } from './settings-error.js';

const unknownZone = '22023';

/**
 * Refuses a zone that this PostgreSQL does not know, or reads as an abbreviation, which has the
 * same offset all year: the database itself determines the day and hour of orders.
 */
export async function requireTimeZone(dataSource: DataSource, timeZone: string): Promise<void> {
  if (await isAbbreviation(dataSource, timeZone)) {
    throw new SettingsError(
      `SHOP_TIMEZONE is "${timeZone}", which PostgreSQL reads as an abbreviation with a fixed offset. Set it to a name such as Europe/Rome.`,
    );
  }
}

async function isAbbreviation(dataSource: DataSource, timeZone: string): Promise<boolean> {
  try {
    const [row] = await dataSource.query<{ is_abbreviation: boolean }[]>(
      `SELECT now() AT TIME ZONE $1 AS there, upper($1) NOT IN ('UTC', 'GMT')
         AND EXISTS (SELECT FROM pg_timezone_abbrevs WHERE abbrev = upper($1)) AS is_abbreviation`,
      [timeZone],
    );
    return row?.is_abbreviation === true;
  } catch (error) {
    if ((error as { code?: unknown }).code !== unknownZone) throw error;
    throw new SettingsError(
      `SHOP_TIMEZONE is "${timeZone}", a time zone that this PostgreSQL does not know. Set it to another name of that zone, or update the time zones of the server.`,
    );
  }
}
