import type { EntityMetadata } from 'typeorm';
import type { Database } from '../database/database.js';
import type { Statement } from '../database/statement.js';
import { statement } from '../database/statement.js';
import { problem } from '../errors/problem.js';
import { nameOf, tableOf } from '../view/select.js';
import type { PersonalProperty } from './personal.decorator.js';
import { personalPropertiesOf } from './personal.decorator.js';

/**
 * Erases a person: blanks the personal columns of the row and what its passport tells, deletes
 * the row softly so that what refers to it stays, and leaves one row that says so.
 */
export class EntityEraser {
  readonly #properties: readonly PersonalProperty[];

  constructor(
    private readonly database: Database,
    private readonly entity: EntityMetadata,
  ) {
    this.#properties = personalPropertiesOf(entity.target as object);
  }

  /** False when there is no such entity at this version. */
  erase(uuid: string, version: number | undefined): Promise<boolean> {
    this.#refuseUnfit();
    return this.database.transaction(async () => {
      const values: unknown[] = [
        uuid,
        ...this.#properties.map(({ blank }) => valueOf(blank, uuid)),
      ];
      if (version !== undefined) values.push(version);
      const blanked = await this.database.execute(this.#blanking(version !== undefined), values);
      if (blanked === 0) return false;
      await this.database.execute(erasePassport, [uuid]);
      return true;
    });
  }

  #blanking(isVersioned: boolean): Statement {
    const { versionColumn, updateDateColumn, deleteDateColumn } = this.entity;
    const mark = nameOf(deleteDateColumn!);
    const set = this.#properties.map(({ property }, index) => {
      const column = this.entity.findColumnWithPropertyPath(property)!;
      return `${nameOf(column)} = $${index + 2}`;
    });
    set.push(`${mark} = now()`);
    if (versionColumn) set.push(`${nameOf(versionColumn)} = ${nameOf(versionColumn)} + 1`);
    if (updateDateColumn) set.push(`${nameOf(updateDateColumn)} = now()`);
    const uuid = nameOf(this.entity.findColumnWithPropertyName('uuid')!);
    const atVersion =
      isVersioned && versionColumn
        ? ` AND ${nameOf(versionColumn)} = $${this.#properties.length + 2}`
        : '';
    return statement(
      `UPDATE ${tableOf(this.entity)} SET ${set.join(', ')}
       WHERE ${uuid} = $1 AND ${mark} IS NULL${atVersion}`,
    );
  }

  #refuseUnfit(): void {
    const { name, deleteDateColumn } = this.entity;
    if (this.#properties.length > 0 && deleteDateColumn) return;
    const lack = deleteDateColumn ? 'no property with @Personal' : 'no @DeleteDateColumn';
    throw problem('setup_refused', { detail: `${name} cannot be erased: it has ${lack}.` });
  }
}

function valueOf(blank: PersonalProperty['blank'], uuid: string): string | null {
  return typeof blank === 'function' ? blank(uuid) : blank;
}

const erasePassport = statement('SELECT dual_id.erase_passport($1)', 'write');
