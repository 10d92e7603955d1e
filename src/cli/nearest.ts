/** The word closest to a mistyped one, or undefined if none is close. */
export function nearest(mistyped: string, words: readonly string[]): string | undefined {
  const ranked = words
    .map((word) => ({ word, distance: editDistance(mistyped, word) }))
    .toSorted((one, other) => one.distance - other.distance);
  const best = ranked[0];
  const limit = Math.max(2, Math.floor(mistyped.length / 2));
  return best && best.distance <= limit ? best.word : undefined;
}

/** The number of letters to add, remove or replace to turn one word into the other. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [at, candidate] of [...other].entries()) {
      const exchanged = (row[at] ?? 0) + (letter === candidate ? 0 : 1);
      next.push(Math.min(exchanged, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
