import { looksNumeric } from './ids.js';

/** What the refused name of a field or parameter is. */
export const internalName = 'the name of an internal id';

/** What is wrong with a field or parameter of such a name. */
export const internalNameFault = `has ${internalName}`;

/** How public ids are named, for messages that refuse another name. */
export const publicIdNaming = 'public ids are named uuid or end in Uuid';

/** What is wrong with a value that should be a public id. */
export function publicIdFault(value: unknown): string {
  return looksNumeric(value) ? 'is a number; public ids are UUIDs' : 'is not a public id';
}
