import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../core/database/database.js';
import { statement } from '../../core/database/statement.js';
import type { Entity } from '../registry/entities.js';
import type { Legs } from './relation-types.js';

/** An edge that was met on a walk, and the entity it leads to. */
export interface Step {
  /** Passport id of the end the walk came from. */
  readonly from: string;
  readonly to: Entity;
  readonly type: number;
  /** The walk went from the first end to the second. */
  readonly isOut: boolean;
}

/** What one statement of a walk found. */
export interface Steps {
  readonly found: readonly Step[];
  /** Edges that were read, those to deleted entities included. */
  readonly read: number;
  /** There are more edges than were asked for. */
  readonly isCut: boolean;
}

/** Follows edges one step at a time; no statement reads more edges than it is told. */
@Injectable()
export class EdgeReader {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** The edges of some entities, at most so many. */
  async from(ids: readonly string[], legs: Legs, most: number): Promise<Steps> {
    const rows = await this.database.rows(step, [ids, legs.out, legs.in, most + 1]);
    const found = rows
      .slice(0, most)
      .filter((row) => row[6] !== 'deleted')
      .map((row) => {
        const [from, isOut, type, id, uuid, kind, status] = row as [
          ...[string, boolean, number, string, string, string],
          Entity['status'],
        ];
        return { from, isOut, type, to: { id, uuid, type: kind, status } };
      });
    return { found, read: Math.min(rows.length, most), isCut: rows.length > most };
  }
}

const step = statement('SELECT * FROM dual_id.step_over_relations($1, $2, $3, $4)');
