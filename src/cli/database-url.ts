/** The connection string of a variable; undefined where it is unset. Throws where it is none. */
export function databaseUrl(text: string | undefined, name = 'DATABASE_URL'): string | undefined {
  if (!text) return undefined;
  if (/^postgres(?:ql)?:\/\/|^socket:/.test(text)) return text;
  throw new Error(notAConnectionString(name));
}

/** What is wrong with a variable that nothing can be connected to, and what to write. */
export function notAConnectionString(name = 'DATABASE_URL'): string {
  return `${name} is no connection string. Set it to one such as postgres://user:password@host:5432/database.`;
}
