import { problem } from '../../core/errors/problem.js';
import type { ConversionPlan } from './plan/conversion-plan.js';
import { contractObstacles } from './plan/contract-obstacles.js';
import { readMark } from './plan/make-plan.js';
import type { StoredConversion } from './run/conversion-store.js';
import { readSteps } from './run/conversion-store.js';
import type { ConversionSession } from './run/session.js';
import { written } from './steps/names.js';
import { stepsOf } from './steps/steps-of.js';

/** Refuses a call that the state of the conversion does not allow. */
export function refuseState(
  name: string,
  state: StoredConversion['state'],
  refused: readonly StoredConversion['state'][],
): void {
  if (!refused.includes(state)) return;
  throw problem('conversion_refused', { detail: `The conversion of ${name} is ${state}.` });
}

/** The contract begins when everything before it is done, and nothing uses the old columns. */
export async function refuseUnready(
  session: ConversionSession,
  name: string,
  plan: ConversionPlan,
): Promise<void> {
  const steps = await readSteps(session, name);
  const open = stepsOf(plan).find(
    (step) => step.phase !== 'contract' && steps.get(step.name)?.state !== 'done',
  );
  if (open) {
    const detail = `The conversion of ${name} is not finished: "${open.name}" has not been done. Resume it.`;
    throw problem('conversion_refused', { detail });
  }
  const obstacles = await session.transaction(5_000, () => contractObstacles(session, plan));
  if (obstacles.length > 0) {
    throw problem('conversion_refused', { detail: obstacles.join('\n') });
  }
}

/** What was planned from a catalog that has changed since might lose what is new. */
export async function refuseStalePlan(
  session: ConversionSession,
  plan: ConversionPlan,
): Promise<void> {
  const mark = await session.transaction(5_000, () => readMark(session, plan));
  if (mark === plan.mark) return;
  const detail = `The tables of ${written(plan.subject)} have changed since the plan was made. Plan it again.`;
  throw problem('conversion_refused', { detail });
}

/** A contract that has begun cannot be taken back. */
export async function refuseContracting(
  session: ConversionSession,
  name: string,
  plan: ConversionPlan,
): Promise<void> {
  const steps = await readSteps(session, name);
  const begun = stepsOf(plan).some(({ isFinal, name: step }) => isFinal && steps.has(step));
  if (!begun) return;
  const detail = `The contract of ${name} has begun, and old columns are gone. Resume the contract.`;
  throw problem('conversion_refused', { detail });
}
