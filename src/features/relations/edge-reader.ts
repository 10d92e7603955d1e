import { Inject, Injectable } from '@nestjs/common';
import { PassportScope } from '../../core/reading/passport-scope.js';
import type { ScopedStatement, WriteScoped } from '../../core/reading/scoped-statement.js';
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
  /** The number of edges read, including those to entities that were deleted or do not exist. */
  readonly read: number;
  /** Whether there are more edges than requested. */
  readonly isCut: boolean;
}

/** Follows edges one step at a time; each statement is limited in the edges it reads. */
@Injectable()
export class EdgeReader {
  readonly #step: ScopedStatement;

  constructor(@Inject(PassportScope) scope: PassportScope) {
    this.#step = scope.statement(step);
  }

  /** The edges of some entities, up to a maximum. */
  async from(ids: readonly string[], legs: EdgeTypes, max: number): Promise<Steps> {
    const rows = await this.#step.rows([ids, legs.out, legs.in, max + 1]);
    const found = rows
      .slice(0, max)
      .filter(([, , , , , , status]) => status !== null && status !== 'deleted')
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

/** Of an entity that does not exist for restricted work there is no status. */
const step: WriteScoped = {
  values: 4,
  text: (andExists) => {
    const steps = 'FROM dual_id.step_over_relations($1, $2, $3, $4) s';
    const exists = andExists('p');
    if (exists === '') return `SELECT s.* ${steps}`;
    return `SELECT s.near_id, s.is_out, s.type_id, s.far_id, s.far_uuid, s.far_type,
        (SELECT p.status FROM dual_id.passports p WHERE p.id = s.far_id${exists} LIMIT 1)
      ${steps}`;
  },
};
