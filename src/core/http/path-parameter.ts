/** A path parameter that carries a public id or slug, and how it is checked. */
export interface PathParameter {
  readonly name: string;
  /** Accepted UUID versions; undefined for a slug. */
  readonly versions: readonly number[] | undefined;
  readonly entityName: string;
  /** The class of the entity. */
  readonly entity: Function | string;
}
