import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

import type { Cluster } from './cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

/** The user the server runs as if the application runs as root, which PostgreSQL refuses. */
export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** The user to switch to: none unless this process is root on Linux. */
export function serverUser(cluster: Cluster): ServerUser | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const users = readUsers();
  const owner = statSync(cluster.data, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) {
    const known = users.find((user) => user.uid === owner.uid);
    return { name: known?.name ?? String(owner.uid), uid: owner.uid, gid: owner.gid };
  }
  const user = users.find(({ name }) => name === 'postgres') ?? users.find(isNobody);
  if (user) return user;
  throw new EmbeddedPostgresError(
    'PostgreSQL refuses to run as root and /etc/passwd has neither a user "postgres" nor "nobody": run as another user, or set DATABASE_URL.',
  );
}

/** Throws with the folder that keeps the server's user out of the data folder. */
export function requireEntry(cluster: Cluster, user: ServerUser | undefined): void {
  const closed = user && closedFolder(cluster.root, user);
  if (closed === undefined) return;
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and the user "${user?.name}" it runs as instead may not enter ${closed}: ` +
      'choose a data folder elsewhere with DUAL_ID_DATA_DIR, move the checkout, or set DATABASE_URL.',
  );
}

/** The outermost folder on the way to `path`, including itself, that the user may not enter. */
export function closedFolder(path: string, user: ServerUser): string | undefined {
  const parent = dirname(path);
  const outer = parent === path ? undefined : closedFolder(parent, user);
  return outer ?? (isAllowed(path, user, 0o1) ? undefined : path);
}

/** Whether the mode of a file or folder gives the user this right (4 read, 1 enter or execute). */
export function isAllowed(path: string, user: ServerUser, right: number): boolean {
  const { mode, uid, gid } = statSync(path);
  if (uid === user.uid) return (mode & (right << 6)) !== 0;
  return (mode & (gid === user.gid ? right << 3 : right)) !== 0;
}

function readUsers(): ServerUser[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}

function isNobody(user: ServerUser): boolean {
  return user.name === 'nobody';
}
