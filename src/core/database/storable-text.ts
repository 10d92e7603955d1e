const everyUnstorable = /[\0\p{Surrogate}]/gu;

/** The escapes of NUL and of lone surrogates, after an even number of backslashes. */
const unstorableEscape = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/i;

/** ES2024; a regular expression takes 30 ms for a megabyte that this scans in one. */
type MaybeWellFormed = string & { isWellFormed(): boolean };

/** Whether columns can hold a text: no NUL, and no lone surrogates. */
export function isStorable(text: string): boolean {
  return (text as MaybeWellFormed).isWellFormed() && !text.includes('\0');
}

/** Whether a jsonb column can hold the output of `JSON.stringify` as well. */
export function isStorableJson(json: string): boolean {
  return !unstorableEscape.test(json);
}

/** The text with replacement characters for what no column can hold. */
export function storable(text: string): string {
  return text.replaceAll(everyUnstorable, '\uFFFD');
}
