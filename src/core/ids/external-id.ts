import { getMetadataStorage, registerDecorator } from 'class-validator';
import type { ValidationOptions } from 'class-validator';

const externalRule = 'isExternalId';

/** The maximum length of an identifier of another system, in characters. */
export const maxExternalIdLength = 255;

/**
 * The property is an identifier issued by another system, and keeps the name it has there,
 * `stripeCustomerId` or `id`: in a body, a query or a view. In a body or query it has to be a text
 * of 1 to 255 characters or a whole number. It is never an id of this database; the doctor lists
 * it.
 */
export function ExternalId(options: ValidationOptions = {}): PropertyDecorator {
  return (prototype, key) => {
    registerDecorator({
      name: externalRule,
      target: prototype.constructor,
      propertyName: String(key),
      constraints: [],
      options: { message: '$property must be an identifier', ...options },
      validator: { validate: isIdentifier },
    });
  };
}

/**
 * The properties of a class that are declared as identifiers of other systems. They are stored as
 * class-validator rules, so that what a class inherits, or takes over with `PartialType`, is
 * included.
 */
export function externalIdsOf(target: object): ReadonlySet<string> {
  const known = ofClass.get(target);
  if (known) return known;
  const rules = getMetadataStorage().getTargetValidationMetadatas(
    target as Function,
    '',
    false,
    false,
  );
  const names = rules.filter(({ name }) => name === externalRule);
  const found = new Set(names.map(({ propertyName }) => propertyName));
  ofClass.set(target, found);
  return found;
}

const ofClass = new WeakMap<object, ReadonlySet<string>>();

function isIdentifier(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  return typeof value === 'string' && value.length > 0 && value.length <= maxExternalIdLength;
}
