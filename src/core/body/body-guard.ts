import type { FieldError } from '../errors/dual-id-error.js';
import type { DualIdError } from '../errors/dual-id-error.js';
import { problem } from '../errors/problem.js';
import { isInternalIdName, looksNumeric } from '../ids/ids.js';
import type { BodyField } from './body-fields.js';
import { bodyFieldsOf, isPublicIdOf } from './body-fields.js';

/** Most errors one answer lists. */
const mostErrors = 20;

/**
 * Looks through a parsed body before validation and authentication: names of internal ids are
 * refused wherever they stand, and declared public ids have to be some. Nothing else is judged.
 */
export function checkBody(body: unknown, input: new () => object): DualIdError | undefined {
  const names: FieldError[] = [];
  findInternalNames(body, '', names);
  if (names.length > 0)
    return problem('internal_id_refused', { errors: names.slice(0, mostErrors) });
  const ids: FieldError[] = [];
  checkPublicIds(body, bodyFieldsOf(input), '', ids);
  return ids.length > 0
    ? problem('malformed_public_id', { errors: ids.slice(0, mostErrors) })
    : undefined;
}

/** Notes every property of a body whose name is that of an internal id. */
export function findInternalNames(value: unknown, pointer: string, errors: FieldError[]): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    const at = `${pointer}/${escapePointer(name)}`;
    if (!Array.isArray(value) && isInternalIdName(name)) {
      errors.push({ pointer: at, detail: 'has the name of an internal id' });
    }
    findInternalNames(inner, at, errors);
  }
}

function checkPublicIds(
  value: unknown,
  fields: readonly BodyField[],
  pointer: string,
  errors: FieldError[],
): void {
  if (typeof value !== 'object' || value === null) return;
  for (const field of fields) {
    const found = (value as Record<string, unknown>)[field.property];
    if (found === undefined || found === null) continue;
    const at = `${pointer}/${field.property}`;
    const parts = field.each && Array.isArray(found) ? found : [found];
    parts.forEach((part, index) => {
      checkPart(part, field, parts === found ? `${at}/${index}` : at, errors);
    });
  }
}

function checkPart(part: unknown, field: BodyField, pointer: string, errors: FieldError[]): void {
  if (field.kind === 'nested') {
    checkPublicIds(part, bodyFieldsOf(field.input()), pointer, errors);
  } else if (!isPublicIdOf(field.entity, part)) {
    const detail = looksNumeric(part) ? 'is a number; public ids are UUIDs' : 'is not a public id';
    errors.push({ pointer, detail });
  }
}

/** Escapes a name for a JSON pointer (RFC 6901). */
function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 100);
}
