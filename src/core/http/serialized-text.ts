/** The last text made by a serializer of this library. */
let latest: string | undefined;

/** Records a serialized text, which goes to the first `onSend` hook immediately. */
export function noteSerialized(text: string): string {
  latest = text;
  return text;
}

/** Whether a payload is the text that a serializer of this library has just made. */
export function isSerialized(payload: unknown): boolean {
  const isLatest = typeof payload === 'string' && payload === latest;
  latest = undefined;
  return isLatest;
}
