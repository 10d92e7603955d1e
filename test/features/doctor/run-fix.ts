import type { Finding } from 'nest-dual-id/doctor';
import type { HistoryTable } from 'nest-dual-id/history';
import { addHistory } from 'nest-dual-id/history';
import type { Office } from '../history/office.js';

/** Does what a finding of the history says, statement by statement and call by call. */
export async function runFix(office: Office, { fix }: Finding): Promise<void> {
  const steps = fix
    .replace(/^(?:In|If)[^:]*: /, '')
    .replace(/(?:, which|; the numbers|; then run).*/, '')
    .split('; ')
    .map((step) => step.replace(/^then /, '').replace(/\.$/, ''));
  for (const step of steps) {
    const [, spec] = /^addHistory\(runner, (\{.*\})\)$/.exec(step) ?? [];
    if (spec === undefined) await office.asOwner(step);
    else await office.owner.transaction((runner) => addHistory(runner, parsed(spec)));
  }
}

function parsed(literal: string): HistoryTable {
  return JSON.parse(literal.replaceAll("'", '"').replaceAll(/(\w+):/g, '"$1":')) as HistoryTable;
}
