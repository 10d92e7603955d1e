import { nameOf, tableOf } from '../sql/entity-names.js';
import { andAlive } from '../sql/soft-deletion.js';
import { Select } from '../view/select.js';
import type { Ownership } from './ownership.js';

/** The alias of the row that a statement changes or looks at for an owner. */
export const ownAlias = 'own';

/** The condition that the row behind the alias belongs to an owner, given by a placeholder. */
export function ownedSql({ relations, column, isOutOfReach }: Ownership, owner: string): string {
  // An owner is never null, and the placeholder has to stand somewhere.
  if (isOutOfReach) return `${owner}::uuid IS NULL`;
  if (relations.length === 0) return `${ownAlias}.${nameOf(column)} = ${owner}`;
  const [first, ...further] = relations;
  const { referencedColumn: key } = relations.at(-1)!.joinColumns[0]!;
  const person = column.entityMetadata;
  const known = `${nameOf(column)} = ${owner}${andAlive(person)}`;
  const expected = `(SELECT ${nameOf(key!)} FROM ${tableOf(person)} WHERE ${known})`;
  const reference = first!.joinColumns[0]!;
  const own = `${ownAlias}.${nameOf(reference)}`;
  if (further.length === 0) return `${own} = ${expected}`;
  const between = first!.inverseEntityMetadata;
  const select = new Select(between);
  const last = nameOf(further.at(-1)!.joinColumns[0]!);
  const found = `${select.join(further.slice(0, -1))}.${last}`;
  const isReferred = `${select.root}.${nameOf(reference.referencedColumn!)} = ${own}`;
  const alive = andAlive(between, select.root);
  return `(SELECT ${found} ${select.from()} WHERE ${isReferred}${alive}) = ${expected}`;
}
