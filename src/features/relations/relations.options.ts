import type { ApiAccess } from '../registry/api/api-access.js';
import { IsOptional, IsString, MaxLength } from 'class-validator';

/** The metadata of edges when the application declares none: a note. */
export class RelationNote {
  @IsOptional()
  @IsString()
  @MaxLength(500)
  note?: string | null;
}

/** Options of `RelationsModule.forRoot`. */
export interface RelationsOptions {
  /**
   * Who may call the routes, which show, make and remove edges: the guards stand before each of
   * them; `open` says that whoever reaches the API may. An application that says neither does not
   * start.
   */
  readonly api: ApiAccess;
  /**
   * The shape of edges' metadata at the API, with class-validator's decorators. Nothing that it
   * does not name enters or leaves. By default it is a note of 500 characters.
   */
  readonly metadata?: new () => object;
}
