import { escapedForCopy } from '../copy-text.js';
import type { FieldKind } from './field-kind.js';
import { message } from './problem-cases.js';

/** Bytes of the type `name`, to which a cast cuts a text without a word. */
const maxNameBytes = 63;

const maxLengthOf = (base: string) => /^character(?: varying)?\((\d+)\)$/.exec(base)?.[1];

/** Text. */
export const text: FieldKind<{ type: 'text' }> = {
  takes: ({ category }) => category === 'S',
  problems({ staged, label, target }) {
    const length = maxLengthOf(target.base);
    const tooLong = (unit: string) =>
      message(label, `is longer than ${length ?? maxNameBytes} ${unit}`);
    if (length !== undefined) {
      return [`WHEN length(${staged}) > ${length} THEN ${tooLong('characters')}`];
    }
    if (target.base !== 'name') return [];
    return [`WHEN octet_length(${staged}) > ${maxNameBytes} THEN ${tooLong('bytes')}`];
  },
  /** A byte is a character at most, and COPY cuts blanks behind the maximum length silently. */
  reader({ target }) {
    const length = maxLengthOf(target.base);
    const maxBytes = target.base === 'name' ? maxNameBytes : Infinity;
    const max = length === undefined ? maxBytes : Number(length);
    return { read: (field) => (field.length <= max ? escapedForCopy(field) : undefined) };
  },
};
