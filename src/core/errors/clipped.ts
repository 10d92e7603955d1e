/** The text, or its first `units` UTF-16 units and an ellipsis; never splits a character. */
export function clipped(text: string, units: number): string {
  if (text.length <= units) return text;
  const isCutInTwo = /[\uD800-\uDBFF]/.test(text[units - 1]!);
  return `${text.slice(0, isCutInTwo ? units - 1 : units)}…`;
}
