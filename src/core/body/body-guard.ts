import type { DualIdError, FieldError } from '../errors/dual-id-error.js';
import { refusal } from '../errors/problem.js';
import { publicIdFault } from '../ids/id-faults.js';
import type { BodyField, InputClass } from './body-fields.js';
import { bodyFieldsOf, isPublicIdOf } from './body-fields.js';
import { escapePointer, inspectBody, maxErrors } from './body-inspection.js';

/**
 * Checks a parsed body before validation and authentication: refuses names of internal ids
 * anywhere, undeclared properties, values larger than declared, values no column can hold, and
 * invalid public ids.
 */
export function checkBody(
  body: unknown,
  input: InputClass | undefined,
  values: number,
): DualIdError | undefined {
  const { names, faults } = inspectBody(body, { input, values });
  if (names.length > 0) return refusal('internal_id_refused', { errors: names });
  if (faults.length > 0) return refusal('invalid_body', { errors: faults });
  if (!input) return undefined;
  const ids: FieldError[] = [];
  checkPublicIds(body, bodyFieldsOf(input), '', ids);
  return ids.length > 0 ? refusal('malformed_public_id', { errors: ids }) : undefined;
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
    const at = `${pointer}/${escapePointer(field.property)}`;
    if (field.each && Array.isArray(found)) checkList(found, field, at, errors);
    // class-validator takes one value for a list of one.
    else if (field.each && isPublicId(field, found)) errors.push({ pointer: at, detail: noList });
    else checkPart(found, field, at, errors);
  }
}

const noList = 'is not a list of public ids';

function isPublicId(field: BodyField, value: unknown): boolean {
  return field.kind === 'publicId' && isPublicIdOf(field.entity, value);
}

function checkList(
  list: readonly unknown[],
  field: BodyField,
  pointer: string,
  errors: FieldError[],
): void {
  for (let index = 0; index < list.length; index++) {
    checkPart(list[index], field, `${pointer}/${index}`, errors);
    if (errors.length >= maxErrors) return;
  }
}

function checkPart(part: unknown, field: BodyField, pointer: string, errors: FieldError[]): void {
  if (field.kind === 'nested') {
    checkPublicIds(part, bodyFieldsOf(field.input()), pointer, errors);
  } else if (!isPublicId(field, part)) {
    errors.push({ pointer, detail: publicIdFault(part) });
  }
}
