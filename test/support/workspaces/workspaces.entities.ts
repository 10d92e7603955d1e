import { EntitySchema } from 'typeorm';
import type {
  MemberRow,
  Release,
  RequestRow,
  SafeRow,
  SpaceRow,
  UserRow,
  WalletRow,
} from './workspaces.rows.js';

/** The entities of one release. */
export interface WorkspaceEntities {
  readonly user: EntitySchema<UserRow>;
  readonly wallet: EntitySchema<WalletRow>;
  readonly space: EntitySchema<SpaceRow>;
  readonly member: EntitySchema<MemberRow>;
  readonly safe: EntitySchema<SafeRow>;
  readonly request: EntitySchema<RequestRow>;
}

const id = { type: 'int', primary: true, generated: 'increment' } as const;
const dates = {
  createdAt: { name: 'created_at', type: 'timestamptz', default: () => 'now()', update: false },
  updatedAt: { name: 'updated_at', type: 'timestamptz', default: () => 'now()', update: false },
} as const;

const toSpace = {
  target: 'Space',
  type: 'many-to-one',
  nullable: false,
  joinColumn: { name: 'space_id' },
} as const;

const toUser = (name: string) =>
  ({ target: 'User', type: 'many-to-one', joinColumn: { name } }) as const;

/** The entities of the workspaces' application, which names users as the release does. */
export function workspaceEntities(release: Release): WorkspaceEntities {
  const isOld = release === 'numbers';
  const named = (old: string, next: string) => toUser(isOld ? old : next);
  return {
    user: new EntitySchema<UserRow>({
      name: 'User',
      tableName: 'users',
      columns: {
        key: isOld ? { ...id, name: 'id' } : { name: 'uuid', type: 'uuid', primary: true },
        status: { type: 'int' },
        email: { type: 'text', nullable: true },
        ...dates,
      },
    }),
    wallet: new EntitySchema<WalletRow>({
      name: 'Wallet',
      tableName: 'wallets',
      columns: {
        id,
        address: { type: 'text' },
        addressIndex: { name: 'address_index', type: 'text', nullable: true },
        ...dates,
      },
      relations: { user: named('user_id', 'user_uuid') },
    }),
    ...ofSpaces(named),
  };
}

function ofSpaces(named: (old: string, next: string) => ReturnType<typeof toUser>) {
  return {
    space: new EntitySchema<SpaceRow>({
      name: 'Space',
      tableName: 'spaces',
      columns: { id, name: { type: 'text' }, status: { type: 'int' }, ...dates },
      relations: {
        members: {
          target: 'Member',
          type: 'one-to-many',
          inverseSide: 'space',
          cascade: ['insert', 'update'],
        },
      },
    }),
    member: new EntitySchema<MemberRow>({
      name: 'Member',
      tableName: 'members',
      columns: {
        id,
        name: { type: 'text' },
        role: { type: 'int' },
        status: { type: 'int' },
        ...dates,
      },
      relations: {
        user: named('user_id', 'user_uuid'),
        space: { ...toSpace, inverseSide: 'members' },
      },
    }),
    safe: new EntitySchema<SafeRow>({
      name: 'Safe',
      tableName: 'space_safes',
      columns: {
        id,
        chainId: { name: 'chain_id', type: 'varchar' },
        address: { type: 'text' },
        addressIndex: { name: 'address_index', type: 'text', nullable: true },
        ...dates,
      },
      relations: { space: toSpace },
    }),
    request: new EntitySchema<RequestRow>({
      name: 'Request',
      tableName: 'address_book_requests',
      columns: {
        id,
        address: { type: 'text' },
        name: { type: 'text' },
        status: { type: 'smallint' },
        ...dates,
      },
      relations: {
        space: toSpace,
        requestedBy: named('requested_by', 'requested_by_uuid'),
        reviewedBy: { ...named('reviewed_by', 'reviewed_by_uuid'), nullable: true },
      },
    }),
  };
}
