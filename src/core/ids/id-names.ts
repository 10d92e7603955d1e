/**
 * Whether an internal id would travel under a name: `id`, `userId`, `user_id`, `userIds`, `pk`,
 * `uid`, `userNo`, and every bracketed or dotted part of a name, such as `filter[id]`. No property
 * that crosses the API has one, unless it is declared as `@ExternalId()`.
 */
export function isInternalIdName(name: string): boolean {
  return keyPart.test(name) || numberPart.test(name);
}

/**
 * Whether this is the name of a key column: as above, except `userNo`, which an invoice may have
 * too.
 */
export function isKeyName(name: string): boolean {
  return keyPart.test(name);
}

/** Whether a name is that of a public id: `uuid` or, for a reference, `userUuid`. */
export function isPublicIdName(name: string): boolean {
  return /(?:^u|U)uid$/.test(name);
}

/** Whether a name is that of a public id or of a list of them: also `uuids`, `productUuids`. */
export function namesPublicIds(name: string): boolean {
  return isPublicIdName(name.replace(/s$/, ''));
}

/** The name of a reference by public id: `userUuid` for the relation `user`. */
export function referenceNameOf(relation: string): string {
  return `${relation}Uuid`;
}

/** The relation that the name of a reference means: `user` for `userUuid`. */
export function relationNameOf(reference: string): string | undefined {
  return /^(.+)Uuid$/.exec(reference)?.[1];
}

/** `UUID` and `PAID` only look like an id. */
const keyPart =
  /(?:(?:^|[[\].])(?:ids?|IDs?|pks?|PKs?|uids?|UIDs?)|(?:Id|Pk|Uid)s?|[a-z0-9](?:ID|PK|UID)s?|[_-](?:ids?|IDS?|pks?|PKS?|uids?|UIDS?))(?=$|[[\].])/;
const numberPart = /(?:[a-z0-9]No|[_-](?:no|NO))s?(?=$|[[\].])/;
