import type { QueryRunner } from 'typeorm';
import { problem } from '../../core/errors/problem.js';
import { refuseTransaction } from '../../core/migrations/migration-session.js';
import { fullTableName } from './catalog/table-name.js';
import { Conversions } from './conversions.js';
import type { ConversionRequest } from './plan/conversion-request.js';
import type { ConversionOptions } from './run/run-options.js';

/**
 * Converts a table in a migration with `transaction = false`, until its keys are swapped. Run again
 * after an interruption it goes on where it was; a conversion that is finished is left as
 * it is.
 *
 * @example
 * await runConversion(runner, { table: 'customers', kind: 'add-uuid' });
 */
export async function runConversion(
  runner: QueryRunner,
  request: ConversionRequest,
  options: ConversionOptions = {},
): Promise<void> {
  const { conversions, state, kind } = await standing(runner, request.table, 'runConversion');
  const isOther = kind !== request.kind;
  const isOver = state === undefined || state === 'planned' || state === 'rolled back';
  if (isOver || (isOther && state === 'contracted')) {
    return conversions.start(await conversions.plan(request), options);
  }
  if (isOther) {
    const detail = `${request.table} is converted to ${kind} already (${state}), not to ${request.kind}.`;
    throw problem('conversion_refused', { detail });
  }
  if (state !== 'observing' && state !== 'contracted') {
    return conversions.resume(request.table, options);
  }
}

/** Contracts a converted table in a migration with `transaction = false`; once is enough. */
export async function contractConversion(
  runner: QueryRunner,
  table: string,
  options: ConversionOptions = {},
): Promise<void> {
  const { conversions, state } = await standing(runner, table, 'contractConversion');
  if (state !== 'contracted') await conversions.contract(table, options);
}

/** Takes a conversion back in a migration with `transaction = false`, if there is one. */
export async function rollBackConversion(
  runner: QueryRunner,
  table: string,
  options: ConversionOptions = {},
): Promise<void> {
  const { conversions, state } = await standing(runner, table, 'rollBackConversion');
  if (state !== undefined && state !== 'rolled back') await conversions.rollback(table, options);
}

/** Conversions have connections of their own, which would wait for what a transaction has locked. */
async function standing(runner: QueryRunner, table: string, caller: string) {
  refuseTransaction(runner, caller);
  const conversions = new Conversions(runner.dataSource);
  const name = fullTableName(table);
  const found = (await conversions.status()).find((status) => status.name === name);
  return { conversions, state: found?.state, kind: found?.plan.kind };
}
