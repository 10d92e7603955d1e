import { constraintName } from '../../../core/sql/constraint-name.js';
import { makeDefiner } from '../../../core/schema/definer.js';
import { dollarQuoted, quoteIdentifier, quoteTable } from '../../../core/sql/quoting.js';
import type { Capture } from './captured-table.js';
import { isLoggedByRow } from './captured-table.js';
import type { LoggedTable } from './history-table.js';
import { deleteBody, insertBody, truncateBody } from './capture-bodies.js';
import { updateBody } from './update-body.js';
import { imageSettings } from './row-image.js';

interface CaptureTrigger {
  readonly name: string;
  readonly event: string;
  /** Once for each row, or once with the transition tables of a statement. */
  readonly level: string;
  readonly body: string;
}

/**
 * The triggers that log a table, one statement for all rows of a statement. They fire as ORIGIN: a
 * replica gets the log from where it replicates.
 */
export function captureUp(capture: Capture): string[] {
  const { spec } = capture;
  return triggersOf(capture).flatMap(({ name, event, level, body }) => [
    makeDefiner(
      `CREATE OR REPLACE FUNCTION ${functionName(spec, name)} RETURNS trigger
       LANGUAGE plpgsql SECURITY DEFINER ${settings} AS ${dollarQuoted(body)}`,
      functionName(spec, name),
    ),
    `CREATE OR REPLACE TRIGGER ${quoteIdentifier(triggerName(spec, name))} AFTER ${event}
       ON ${quoteTable(spec.table, spec.schema)} ${level}
       EXECUTE FUNCTION ${functionName(spec, name)}`,
  ]);
}

/** A trigger that logs one event of a table, and its function. */
export interface TriggerName {
  readonly event: Event;
  readonly trigger: string;
  /** As SQL names it, with its schema and arguments. */
  readonly function: string;
}

/** The triggers that a logged table has. */
export function captureTriggers(spec: LoggedTable): readonly TriggerName[] {
  return events.map((event) => ({
    event,
    trigger: triggerName(spec, event),
    function: functionName(spec, event),
  }));
}

/** Takes the triggers away; the log stays. */
export function captureDown(spec: LoggedTable): string[] {
  return events.flatMap((name) => [
    `DROP TRIGGER IF EXISTS ${quoteIdentifier(triggerName(spec, name))}
       ON ${quoteTable(spec.table, spec.schema)}`,
    `DROP FUNCTION IF EXISTS ${functionName(spec, name)}`,
  ]);
}

const events = ['insert', 'update', 'delete', 'truncate'] as const;
type Event = (typeof events)[number];

const settings = [
  'SET search_path = pg_catalog, pg_temp',
  ...Object.entries(imageSettings).map(([name, value]) => `SET "${name}" = '${value}'`),
].join(' ');

function triggersOf(capture: Capture): (CaptureTrigger & { readonly name: Event })[] {
  const level = (tables: string) =>
    isLoggedByRow(capture) ? 'FOR EACH ROW' : `REFERENCING ${tables} FOR EACH STATEMENT`;
  return [
    {
      name: 'insert',
      event: 'INSERT',
      level: level('NEW TABLE AS new_rows'),
      body: insertBody(capture),
    },
    {
      name: 'update',
      event: 'UPDATE',
      level: level('OLD TABLE AS old_rows NEW TABLE AS new_rows'),
      body: updateBody(capture),
    },
    {
      name: 'delete',
      event: 'DELETE',
      level: level('OLD TABLE AS old_rows'),
      body: deleteBody(capture),
    },
    {
      name: 'truncate',
      event: 'TRUNCATE',
      level: 'FOR EACH STATEMENT',
      body: truncateBody(capture),
    },
  ];
}

/**
 * Triggers of one event fire in the order of their names. An inserted row has to be enrolled before
 * it is logged, so the name begins with that of the trigger that enrols.
 */
function triggerName({ table }: LoggedTable, event: Event): string {
  return `${constraintName(table, event === 'insert' ? 'enrol' : event)}_logged`;
}

function functionName({ table, schema }: LoggedTable, event: Event): string {
  const owner = schema === undefined ? table : `${schema}.${table}`;
  return `dual_id.${quoteIdentifier(constraintName(owner, `log_${event}`))}()`;
}
