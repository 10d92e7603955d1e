const anyUuid = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi;

/** Every UUID in some texts, once, in lower case. */
export function uuidsIn(texts: readonly string[]): readonly string[] {
  const found = texts.flatMap((text) => text.match(anyUuid) ?? []);
  return [...new Set(found.map((one) => one.toLowerCase()))];
}
