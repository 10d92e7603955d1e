/** A set of scopes or permissions that requests share, none of which can change it. */
export function fixedSet(names: readonly string[]): ReadonlySet<string> {
  const set = new Set(names);
  for (const method of ['add', 'delete', 'clear']) {
    Object.defineProperty(set, method, { value: refuseChange });
  }
  return set;
}

function refuseChange(): never {
  throw new TypeError('What a caller may do is changed in keys and rights, not here.');
}
