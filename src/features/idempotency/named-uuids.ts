import { uuidsInText } from '../../core/ids/any-uuid.js';

/** Every UUID in some texts, once, in lower case. */
export function uuidsIn(texts: readonly string[]): readonly string[] {
  const found = texts.flatMap((text) => text.match(uuidsInText) ?? []);
  return [...new Set(found.map((one) => one.toLowerCase()))];
}
