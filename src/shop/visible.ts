import { Matches } from 'class-validator';

/**
 * A character that is visible to a reader: not a space, control, format or filler character, nor a
 * lone mark.
 */
const visibleCharacter = /(?![\p{Default_Ignorable_Code_Point}\u2800])[^\s\p{C}\p{Z}\p{M}]/u;

/** Whether the text has a visible character. */
export function IsVisible(): PropertyDecorator {
  return Matches(visibleCharacter, { message: '$property must have a visible character' });
}
