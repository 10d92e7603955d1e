/**
 * A kind of relation. An edge reads `from` is the `name` of `to`, and backwards `to` is the
 * `inverse` of `from`; it is stored once, whichever of the two names it was written under.
 */
export interface RelationType {
  /** 1 to 32767; cannot be changed. */
  readonly id: number;
  /** Lower-case words joined by hyphens: `parent`. */
  readonly name: string;
  /** The name of the same edge read backwards: `child`. */
  readonly inverse?: string;
  /** The database refuses an edge that would make an entity its own ancestor. */
  readonly acyclic?: boolean;
  /** The edge has no direction: linked is linked both ways. Cannot be combined with the others. */
  readonly undirected?: boolean;
}

/** The types that `installRelations` adds unless it is given others. */
export const defaultRelationTypes: readonly RelationType[] = [
  { id: 1, name: 'owner', inverse: 'owned' },
  { id: 2, name: 'member', inverse: 'group' },
  { id: 3, name: 'parent', inverse: 'child', acyclic: true },
  { id: 4, name: 'linked', undirected: true },
  { id: 5, name: 'referrer', inverse: 'referral' },
];
