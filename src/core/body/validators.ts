import { getMetadataStorage } from 'class-validator';
import type { Rule } from './body-fields.js';

/** Asks one rule about a property of an input; true when it certainly keeps the rule. */
export type Check = (input: object, value: unknown) => boolean;

/** The rules of one property, and the conditions under which they count. */
export interface Validators {
  readonly conditions: readonly Check[];
  readonly checks: readonly Check[];
}

/** Collects the rules of a property; undefined when one of them is of an unknown kind. */
export function validatorsOf(rules: readonly Rule[], isNested: boolean): Validators | undefined {
  const conditions: Check[] = [];
  const checks: Check[] = [];
  for (const rule of rules) {
    if (rule.type === 'conditionalValidation') {
      const [condition] = rule.constraints as [(input: object, value: unknown) => boolean];
      conditions.push(condition);
    } else if (rule.type === 'customValidation') {
      const own = checksOf(rule);
      if (!own) return undefined;
      checks.push(...own);
    } else if (
      !(rule.type === 'nestedValidation' && isNested) &&
      rule.type !== 'whitelistValidation'
    ) {
      return undefined;
    }
  }
  return { conditions, checks };
}

/** Undefined for rules that answer later, such as those that ask a database. */
function checksOf(rule: Rule): Check[] | undefined {
  const validators = getMetadataStorage().getTargetValidatorConstraints(rule.constraintCls);
  if (validators.some(({ async }) => async)) return undefined;
  return validators.map(({ instance }) => {
    const { each, validateIf, propertyName: property, constraints = [] } = rule;
    return (object, value) => {
      if (validateIf && !validateIf(object, value)) return true;
      const targetName = object.constructor.name;
      const asked = { targetName, property, object, value, constraints };
      // A promise is no true, so that class-validator asks again and waits for the answer.
      if (!each || !Array.isArray(value)) return instance.validate(value, asked) === true;
      return value.every((part) => instance.validate(part, asked) === true);
    };
  });
}
