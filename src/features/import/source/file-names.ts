/** Whether a file has the name or the pattern of a plan. */
export function matchesPattern(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}

/** Whether the name of a file is that of a gzip. */
export function isGzipName(name: string): boolean {
  return name.endsWith('.csv.gz');
}

/** The name by which a plan knows a file. */
export function unpackedName(name: string): string {
  return isGzipName(name) ? name.slice(0, -'.gz'.length) : name;
}
