import type { EntityClass } from '../definition/entity-class.js';
import { definitionOf } from '../definition/entity-definition.js';
import { declaredOwner } from '../definition/owner.js';
import { problem } from '../errors/problem.js';
import { isUuidText } from '../ids/any-uuid.js';

/** A row to which work can be restricted, with what hangs below it. */
export interface OwnerRow {
  readonly entity: EntityClass;
  /** The public id of the row. */
  readonly uuid: string;
}

/** The row in canonical form; refuses what would be taken for no restriction. */
export function requireOwnerRow({ entity, uuid }: OwnerRow): OwnerRow {
  if (typeof uuid !== 'string' || !isUuidText(uuid)) throw noOwner();
  const kind = typeof entity === 'function' ? definitionOf(entity)?.kind : undefined;
  if (kind !== undefined && kind !== 'reference' && declaredOwner(entity) !== undefined) {
    return Object.freeze({ entity, uuid: uuid.toLowerCase() });
  }
  const name = typeof entity === 'function' ? entity.name : String(entity);
  throw problem('misuse', {
    detail: `Work is restricted to a row of ${name}, which has no public id or declares no owner. Give it @DualId({ owner: '<relation>' }).`,
  });
}

/** The refusal of an owner that is no public id. */
export function noOwner(): Error {
  return problem('misuse', {
    detail:
      'Work is restricted to an owner that is no public id. Pass restrictedTo the uuid of a row.',
  });
}
