/** The text that a serializer of this library made last. */
let latest: string | undefined;

/** Notes what a serializer of this library made, which goes to the first `onSend` hook at once. */
export function noteSerialized(text: string): string {
  latest = text;
  return text;
}

/** Whether a payload is what a serializer of this library has just made. */
export function isSerialized(payload: unknown): boolean {
  const isLatest = typeof payload === 'string' && payload === latest;
  latest = undefined;
  return isLatest;
}
