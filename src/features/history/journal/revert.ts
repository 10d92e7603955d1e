import { statement } from '../../../core/database/statement.js';
import { addressColumn } from '../../../core/definition/address.js';
import type { AddressOf, Addressable } from '../../../core/definition/address.js';
import { problem } from '../../../core/errors/problem.js';
import type { DualIdRepository } from '../../../core/repository/dual-id-repository.js';
import { nameOf, tableOf } from '../../../core/sql/entity-names.js';
import { andAlive } from '../../../core/sql/soft-deletion.js';
import type { PlaceInHistory } from './as-of.js';
import { placeOf, stateAt } from './as-of.js';
import type { JournalParts } from './journal-parts.js';
import type { RecordedField, RecordedView } from './recorded-view.js';
import { readReferences } from './references.js';
import { showImage } from './shown-image.js';
import { openVersion } from './version-seal.js';

/** Options of `History.revert`. */
export interface RevertOptions {
  /**
   * The `version` of the newest state that the caller saw. If the entity has changed since, nothing
   * is written and the error is `version_mismatch`. Without it, the newest state is replaced.
   */
  readonly seen?: string;
}

/** What a revert works on. */
export interface Revert<V extends object> extends RevertOptions {
  readonly view: RecordedView<V>;
  readonly repository: DualIdRepository<Addressable>;
  readonly address: string;
  readonly place: PlaceInHistory;
}

/** Writes the values back that the view's properties had, all or none. */
export function revertTo<V extends object>(parts: JournalParts, asked: Revert<V>): Promise<V> {
  const { view, repository, address } = asked;
  const uuid = address as AddressOf<Addressable>;
  return parts.database.transaction(
    async () => {
      await lockRow(parts, view, address);
      const current = await repository.get(view.viewClass, uuid);
      await requireSeen(parts, asked);
      const changes = await changesTo(parts, asked, current);
      return repository.update(view.viewClass, uuid, changes as never);
    },
    { key: address },
  );
}

async function lockRow({ database }: JournalParts, view: RecordedView, address: string) {
  const { entity } = view;
  const column = nameOf(addressColumn(entity)!);
  const text = `SELECT 1 FROM ${tableOf(entity)} WHERE ${column} = $1${andAlive(entity)} FOR UPDATE`;
  await database.rows(statement(text), [address]);
}

/** No number of a change is higher. */
const newest = { number: '9223372036854775807' } as const;

async function requireSeen<V extends object>(
  parts: JournalParts,
  { view, address, seen }: Revert<V>,
) {
  if (seen === undefined) return;
  const { id } = openVersion(parts.cipher, seen);
  const { change } = await placeOf(parts, view, address, newest);
  if (change?.id !== id) throw problem('version_mismatch');
}

/** The properties whose values differ from those of the time, as the repository takes them. */
async function changesTo<V extends object>(
  parts: JournalParts,
  { view, address, place }: Revert<V>,
  current: V,
): Promise<object> {
  const placed = await placeOf(parts, view, address, place);
  if ('number' in place && placed.change?.id !== place.number) throw noSuchVersion();
  const { knowledge, image } = await stateAt(parts, view, address, placed);
  if (image === null) throw notKept(knowledge);
  const known = await readReferences(parts.database, view, [image]);
  const then = showImage(view, image, known) as Readonly<Record<string, unknown>>;
  const now = current as Readonly<Record<string, unknown>>;
  const changes = {};
  for (const field of view.fields) {
    const { property, path, column } = field;
    const json = image[column.databaseName];
    if (json === undefined || !isRevertible(field)) continue;
    if (placed.table.withheld.includes(column.databaseName)) continue;
    const value = then[property];
    if (value === null && json !== 'null') throw unwritable(property);
    if (JSON.stringify(value) !== JSON.stringify(now[property])) setAtPath(changes, path, value);
  }
  return changes;
}

/** The library keeps some columns itself, and an address is for life. */
function isRevertible({ column, target }: RecordedField): boolean {
  const { isVersion, isCreateDate, isUpdateDate, isDeleteDate, isPrimary } = column;
  const isKept = isVersion || isCreateDate || isUpdateDate || isDeleteDate || isPrimary;
  const isOwnAddress = !column.relationMetadata && addressColumn(column.entityMetadata) === column;
  const isMade = column.generatedType !== undefined || !column.isUpdate;
  return !isKept && !isOwnAddress && (target !== undefined || !isMade);
}

function setAtPath(changes: object, path: string, value: unknown): void {
  const [first = '', ...rest] = path.split('.');
  const inside = changes as Record<string, unknown>;
  if (rest.length === 0) inside[first] = value;
  else setAtPath((inside[first] ??= {}) as object, rest.join('.'), value);
}

function notKept(knowledge: string): Error {
  return problem('version_not_kept', {
    detail: `What the entity was then is ${knowledge}.`,
  });
}

function noSuchVersion(): Error {
  return problem('version_not_kept', { detail: 'It is no version of this entity.' });
}

function unwritable(property: string): Error {
  const detail = 'had a value that can no longer be written';
  return problem('rule_violated', { errors: [{ pointer: `/${property}`, detail }] });
}
