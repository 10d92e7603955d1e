import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../core/database/database.js';
import { statement } from '../../core/database/statement.js';
import type { Entity } from '../registry/entities.js';
import type { EdgeTypes } from './relation-types.js';

/** An edge found on a walk, and the entity it leads to. */
export interface Step {
  /** Passport id of the end the walk came from. */
  readonly from: string;
  readonly to: Entity;
  readonly type: number;
  /** Whether the walk went from the first end to the second. */
  readonly isOut: boolean;
}

/** The result of one statement of a walk. */
export interface Steps {
  readonly found: readonly Step[];
  /** The number of edges read, including those to deleted entities. */
  readonly read: number;
  /** Whether there are more edges than requested. */
  readonly isCut: boolean;
}

/** Follows edges one step at a time; each statement is limited in the edges it reads. */
@Injectable()
export class EdgeReader {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** The edges of some entities, up to a maximum. */
  async from(ids: readonly string[], legs: EdgeTypes, max: number): Promise<Steps> {
    const rows = await this.database.rows(step, [ids, legs.out, legs.in, max + 1]);
    const found = rows
      .slice(0, max)
      .filter((row) => row[6] !== 'deleted')
      .map((row) => {
        const [from, isOut, type, id, uuid, kind, status] = row as [
          ...[string, boolean, number, string, string, string],
          Entity['status'],
        ];
        return { from, isOut, type, to: { id, uuid, type: kind, status } };
      });
    return { found, read: Math.min(rows.length, max), isCut: rows.length > max };
  }
}

const step = statement('SELECT * FROM dual_id.step_over_relations($1, $2, $3, $4)');
