import { escaped } from '../copy-rows.js';
import type { FieldKind } from './field-kind.js';
import { says } from './problem-cases.js';

/** Bytes of the type `name`, to which a cast cuts a text without a word. */
const longestName = 63;

const lengthOf = (base: string) => /^character(?: varying)?\((\d+)\)$/.exec(base)?.[1];

/** Text. */
export const text: FieldKind<{ type: 'text' }> = {
  takes: ({ category }) => category === 'S',
  problems({ staged, label, target }) {
    const length = lengthOf(target.base);
    const tooLong = (unit: string) =>
      says(label, `is longer than ${length ?? longestName} ${unit}`);
    if (length !== undefined) {
      return [`WHEN length(${staged}) > ${length} THEN ${tooLong('characters')}`];
    }
    if (target.base !== 'name') return [];
    return [`WHEN octet_length(${staged}) > ${longestName} THEN ${tooLong('bytes')}`];
  },
  /** A byte is a character at most, and COPY cuts blanks behind the longest length without a word. */
  plain({ target }) {
    const length = lengthOf(target.base);
    const most = target.base === 'name' ? longestName : Infinity;
    const longest = length === undefined ? most : Number(length);
    return { read: (field) => (field.length <= longest ? escaped(field) : undefined) };
  },
};
