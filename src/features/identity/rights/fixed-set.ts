/** A set that is shared by all requests of a principal, none of which can change it. */
export function fixedSet(names: readonly string[]): ReadonlySet<string> {
  const set = new Set(names);
  for (const method of ['add', 'delete', 'clear']) {
    Object.defineProperty(set, method, { value: refuseChange });
  }
  return set;
}

function refuseChange(): never {
  throw new TypeError('The permissions of a principal are changed by Identity, not here.');
}
