/** Letters and digits, always the same, that no compression makes much shorter. */
export function noise(length: number): string {
  let seed = 1;
  let text = '';
  while (text.length < length) {
    seed = (seed * 48_271) % 2_147_483_647;
    text += (seed % 36).toString(36);
  }
  return text;
}
