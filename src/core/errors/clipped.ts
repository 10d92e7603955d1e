/** The text, or its beginning up to so many UTF-16 units and an ellipsis; no character is cut in two. */
export function clipped(text: string, units: number): string {
  if (text.length <= units) return text;
  const isCutInTwo = /[\uD800-\uDBFF]/.test(text[units - 1]!);
  return `${text.slice(0, isCutInTwo ? units - 1 : units)}…`;
}
