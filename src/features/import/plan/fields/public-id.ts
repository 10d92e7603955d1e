import { parsePublicId } from '../../../../core/ids/ids.js';
import type { FieldKind } from './field-kind.js';
import type { FieldType } from './field-type.js';
import { unless } from './problem-cases.js';
import { uuidPattern } from './uuid.js';

type PublicIdType = Extract<FieldType, { type: 'publicId' }>;

/** The versions of public ids that a plan keeps: those of an entity that names none. */
function keptVersions({ acceptUuidVersions = [4] }: PublicIdType): readonly number[] {
  return acceptUuidVersions;
}

/** The public id that a row has already. */
export const publicId: FieldKind<PublicIdType> = {
  takes: ({ base }) => base === 'uuid',
  problems(field) {
    const versions = keptVersions(field.source);
    const accepted = `^.{14}[${versions.join('')}].{4}[89ab]`;
    return [
      unless(field, `~* '${uuidPattern}'`, 'is not a UUID'),
      unless(field, `~* '${accepted}'`, `is not a UUID of version ${versions.join(' or ')}`),
    ];
  },
  reader({ source }) {
    const versions = keptVersions(source);
    return { read: (field) => (parsePublicId(field, versions) ? field : undefined) };
  },
};
