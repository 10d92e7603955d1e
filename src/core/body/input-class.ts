import { problem } from '../errors/problem.js';
import { isInternalIdName } from '../ids/id-names.js';
import { externalIdsOf } from '../ids/external-id.js';
import { bodyFieldsOf, InputClass, rulesOf } from './body-fields.js';
import { foreignReasonOf } from './foreign-payload.js';
import { internalNameFault } from '../ids/id-faults.js';

/** Refuses an input class that no body could satisfy: one without rules, or with an internal id. */
export function checkInputClass(
  input: InputClass,
  where: string,
  known: ReadonlySet<InputClass> = new Set(),
): void {
  if (known.has(input)) return;
  const refuse = (why: string) =>
    problem('setup_refused', { detail: `${where} takes ${input.name}, ${why}.` });
  const rules = rulesOf(input);
  if (rules.length === 0) throw refuse('a class without class-validator rules');
  if (foreignReasonOf(input) !== undefined) return;
  const external = externalIdsOf(input);
  const internal = rules.find(
    ({ propertyName }) => isInternalIdName(propertyName) && !external.has(propertyName),
  );
  if (internal) {
    const { propertyName } = internal;
    throw refuse(
      `whose property ${propertyName} ${internalNameFault}; the id of another system takes @ExternalId()`,
    );
  }
  for (const field of bodyFieldsOf(input)) {
    if (field.kind === 'nested') checkInputClass(field.input(), where, new Set([...known, input]));
  }
}
