import { createRequire } from 'node:module';
import { getMetadataStorage } from 'class-validator';
import type { ValidationArguments } from 'class-validator';
import type { ValidationUtils } from 'class-validator/types/validation/ValidationUtils.js';
import type { Rule } from './body-fields.js';

// The package fills the placeholders of its messages here, and exports it nowhere else.
const { ValidationUtils: utils } = createRequire(import.meta.url)(
  'class-validator/cjs/validation/ValidationUtils.js',
) as { ValidationUtils: typeof ValidationUtils };

/** A condition on a property of an input. */
export type RuleCondition = (input: object, value: unknown) => boolean;

/** One rule of a property. */
export interface RuleCheck {
  /** Whether the value satisfies the rule; undefined if that is known only later. */
  judge(input: object, value: unknown): boolean | undefined;
  /** class-validator's message for a value that does not. */
  words(input: object, value: unknown): string;
}

/** The rules of one property, and the conditions under which they apply. */
export interface Validators {
  readonly conditions: readonly RuleCondition[];
  readonly checks: readonly RuleCheck[];
}

/** Collects the rules of a property; undefined if one of them is of an unknown kind. */
export function validatorsOf(rules: readonly Rule[], isNested: boolean): Validators | undefined {
  const conditions: RuleCondition[] = [];
  const checks: RuleCheck[] = [];
  for (const rule of rules) {
    if (rule.type === 'conditionalValidation') {
      const [condition] = rule.constraints as [RuleCondition];
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

/** Undefined for asynchronous rules, such as those that query a database. */
function checksOf(rule: Rule): RuleCheck[] | undefined {
  const validators = getMetadataStorage().getTargetValidatorConstraints(rule.constraintCls);
  if (validators.some(({ async }) => async)) return undefined;
  return validators.map(({ instance }) => {
    const { each, validateIf, propertyName: property, constraints = [] } = rule;
    const asking = (object: object, value: unknown): ValidationArguments => {
      return { targetName: object.constructor.name, property, object, value, constraints };
    };
    return {
      judge: (object, value) => {
        if (validateIf && !validateIf(object, value)) return true;
        const asked = asking(object, value);
        if (!each || !Array.isArray(value)) return verdict(instance.validate(value, asked));
        for (const part of value) {
          const kept = verdict(instance.validate(part, asked));
          if (kept !== true) return kept;
        }
        return true;
      },
      words: (object, value) => {
        const asked = asking(object, value);
        const message = rule.message || (instance.defaultMessage?.(asked) ?? '');
        return utils.replaceMessageSpecialTokens(message, asked);
      },
    };
  });
}

/** A promise is no verdict yet: class-validator calls the rule again and awaits it. */
function verdict(answer: boolean | Promise<boolean>): boolean | undefined {
  return answer instanceof Promise ? undefined : Boolean(answer);
}
