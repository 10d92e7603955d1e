/** Whether a text is a UUID in PostgreSQL's format, in either case and of any version. */
export function isUuidText(text: unknown): text is string {
  return typeof text === 'string' && text.length === 36 && anyUuid.test(text);
}

/** Finds the UUIDs in a text, in either case and of any version, with `match` or `replaceAll`. */
export const uuidsInText = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi;

const anyUuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
