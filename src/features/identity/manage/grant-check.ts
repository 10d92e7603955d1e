import type { Principal } from '../../../core/access/principal.js';
import type { Database } from '../../../core/database/database.js';
import { statement } from '../../../core/database/statement.js';
import { problem } from '../../../core/errors/problem.js';

/** What a change is about: all that these bring. */
export interface GrantSubject {
  readonly groups?: readonly string[];
  readonly roles?: readonly string[];
  readonly permissions?: readonly string[];
}

/**
 * Refuses a grant of what the acting principal lacks, by the state of the database, which stays so
 * until the transaction ends. Scripts act for nobody and may grant everything.
 */
export async function requireGrantableRights(
  database: Database,
  subject: GrantSubject,
  by: Principal | undefined,
): Promise<void> {
  if (by === undefined) return;
  const { required, held, needsOwner, isOwner } = await compare(database, subject, by);
  if (needsOwner && !isOwner) throw problem('forbidden', { detail: ownersOnly });
  if (!required.every((name) => held.has(name))) throw problem('forbidden', { detail: notHeld });
  if (!required.every((name) => by.scopes?.has(name) ?? true)) {
    throw problem('forbidden', { detail: notInScope });
  }
}

/** Refuses to take an owner away, or to make one, unless the acting principal is one. */
export async function requireOwnerFor(
  database: Database,
  subject: GrantSubject,
  by: Principal | undefined,
): Promise<void> {
  if (by === undefined) return;
  const { needsOwner, isOwner } = await compare(database, subject, by);
  if (needsOwner && !isOwner) throw problem('forbidden', { detail: ownersOnly });
}

/** Refuses whoever is not an owner. */
export async function requireOwner(database: Database, by: Principal | undefined): Promise<void> {
  if (by === undefined) return;
  const { isOwner } = await compare(database, {}, by);
  if (!isOwner) throw problem('forbidden', { detail: ownersOnly });
}

interface Comparison {
  readonly required: readonly string[];
  readonly held: ReadonlySet<string>;
  readonly needsOwner: boolean;
  readonly isOwner: boolean;
}

async function compare(
  database: Database,
  subject: GrantSubject,
  by: Principal,
): Promise<Comparison> {
  const { groups = [], roles = [], permissions = [] } = subject;
  const values = [by.uuid, groups, roles, permissions];
  const [row] = await database.rows(holdGrantFirst, values);
  const [required, held, needsOwner, isOwner] = row as [string[], string[], boolean, boolean];
  return {
    required,
    // A key that acts for nobody has what it carries.
    held: by.uuid === null ? by.permissions : new Set(held),
    needsOwner,
    // Credentials with a limit do not reach as far as their owner.
    isOwner: isOwner && by.scopes === undefined,
  };
}

const notHeld = 'This would grant something that you do not hold yourself.';
const notInScope = 'This would grant something that your credentials do not cover.';
const ownersOnly = 'Only an owner may change who owns the application.';

const holdGrantFirst = statement(
  `SELECT required, held, needs_owner, is_owner
   FROM dual_id.hold_grant($1, $2::uuid[], $3::uuid[], $4::uuid[])`,
  'write',
);
