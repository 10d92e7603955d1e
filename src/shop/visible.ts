import { Matches } from 'class-validator';

/** A character that a reader sees: neither space, control, format and filler, nor a lone mark. */
const visibleCharacter = /(?![\p{Default_Ignorable_Code_Point}\u2800])[^\s\p{C}\p{Z}\p{M}]/u;

/** The text shows something to a reader. */
export function IsVisible(): PropertyDecorator {
  return Matches(visibleCharacter, { message: '$property must have a visible character' });
}
