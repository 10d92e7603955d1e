import type { OwnApiAccess } from '../../core/access/api-access.js';
import { IsOptional, IsString, MaxLength } from 'class-validator';

/** The metadata of edges if the application declares none: a note. */
export class RelationNote {
  @IsOptional()
  @IsString()
  @MaxLength(500)
  note?: string | null;
}

/** Options of `RelationsModule.forRoot`. */
export interface RelationsOptions {
  /**
   * Who may call the routes, which show, create and remove edges; `ownOr` lets owners read the edges
   * between their own entities. An application that does not say it does not start.
   */
  readonly api: OwnApiAccess;
  /**
   * The shape of edge metadata in the API, with class-validator's decorators. Properties it does
   * not name neither enter nor leave. By default a note of 500 characters.
   */
  readonly metadata?: new () => object;
}
