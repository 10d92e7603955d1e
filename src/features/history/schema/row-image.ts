import { quoteText } from '../../../core/sql/quoting.js';
import type { Capture } from './captured-table.js';
import type { HistoryTable } from './history-table.js';

/** What stands in an image for a value that is not kept. */
export const redacted = '***';

/** Images spell values in one way, whatever the session has set. */
export const imageSettings = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'iso_8601',
  bytea_output: 'hex',
  extra_float_digits: '1',
  quote_all_identifiers: 'off',
  standard_conforming_strings: 'on',
};

/**
 * The image of a row, SQL over its alias. A transition table's row is cast as a whole, so that a
 * column that is added later is in the image too.
 */
export function imageOf({ spec, isVirtual }: Capture, row: string, isRedacted = true): string {
  const { ignore = [] } = spec;
  const ignored = ignore.length === 0 ? '' : ` - ARRAY[${ignore.map(quoteText).join(', ')}]`;
  const image = `(to_jsonb(${row}.*)${ignored}${isVirtual ? ' - log.virtual' : ''})`;
  return isRedacted ? withoutSecrets(spec, image) : image;
}

/** The values of one image that the other has differently, redacted. */
export function changedPart({ redact = [] }: HistoryTable, of: string, other: string): string {
  const value =
    redact.length === 0
      ? 'v.value'
      : `CASE WHEN v.key = ANY (log.secrets)
           AND v.value <> 'null' THEN to_jsonb(${quoteText(redacted)}::text) ELSE v.value END`;
  return `(SELECT jsonb_object_agg(v.key, ${value}) FROM jsonb_each(${of}) v
    WHERE v.value IS DISTINCT FROM ${other} -> v.key)`;
}

/** A null stays null: it tells nothing that the column's name does not. */
function withoutSecrets({ redact = [] }: HistoryTable, image: string): string {
  if (redact.length === 0) return image;
  return `(SELECT w.image || coalesce((SELECT jsonb_object_agg(s.name, ${quoteText(redacted)})
      FROM unnest(log.secrets) AS s(name) WHERE w.image -> s.name <> 'null'), '{}')
    FROM (SELECT ${image} AS image OFFSET 0) w)`;
}

/**
 * Declares the columns that are computed when they are read, which are null in every trigger. They
 * are looked up, because one that is made again as a stored column has to be logged.
 */
export function declareVirtual({ isVirtual }: Capture): string {
  if (!isVirtual) return '';
  return `virtual text[] := ARRAY(SELECT attname::text FROM pg_attribute
    WHERE attrelid = TG_RELID AND attgenerated = 'v');`;
}

/**
 * Declares the columns to redact. Once one of them is renamed or dropped, every column that was
 * not there when the table was attached may be the one, until it is attached again.
 */
export function declareSecrets({ spec: { redact = [] }, columns }: Capture): string {
  if (redact.length === 0) return '';
  const names = (list: readonly string[]) => `ARRAY[${list.map(quoteText).join(', ')}]`;
  const present = `SELECT count(*) FROM pg_attribute
    WHERE attrelid = TG_RELID AND attname = ANY (${names(redact)}::name[])`;
  return `secrets text[] := CASE WHEN (${present}) = ${new Set(redact).size} THEN ${names(redact)}
    ELSE ${names(redact)} || ARRAY(SELECT attname::text FROM pg_attribute
      WHERE attrelid = TG_RELID AND attnum > 0 AND attname <> ALL (${names(columns)}::name[])) END;`;
}
