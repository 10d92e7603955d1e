/** A query, escaped, in which the parameters of one replace those of another by name. */
export function mergeQueries(base: string, change: string): string {
  const nameOf = (part: string) => part.split('=', 1)[0];
  const changed = new Set(change.split('&').map(nameOf));
  const kept = base.split('&').filter((part) => part !== '' && !changed.has(nameOf(part)));
  return [...kept, ...(change === '' ? [] : [change])].join('&');
}

/** A path with its query, if any. */
export function withQuery(path: string, query: string): string {
  return query === '' ? path : `${path}?${query}`;
}
