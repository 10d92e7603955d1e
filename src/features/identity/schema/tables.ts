import { quoteText } from '../../../core/sql/quoting.js';
import type { JoinTableName } from '../entities/join-tables.js';
import { joinColumns } from '../entities/join-tables.js';
import { nameCheck, permissionNameCheck } from '../entities/names.js';
import { identityTypes } from '../entities/platform-types.js';
import type { KnownPrincipals } from './principal-table.js';

const named = { schema: 'dual_id', namedBy: ['name'] };

/** What is enrolled in the registry, the last first. */
export const enrolledTables = [
  { ...named, table: 'permissions', type: identityTypes.permission },
  { ...named, table: 'roles', type: identityTypes.role },
  { ...named, table: 'groups', type: identityTypes.group },
];

/** The tables without their keys, which `addGuidId` adds. */
export const identityTablesUp = [
  identityTable('permissions', permissionNameCheck),
  identityTable('roles', nameCheck, 'owner boolean NOT NULL DEFAULT false,'),
  identityTable('groups', nameCheck),
];

/** The tables that link them, once they have keys. */
export function joinTablesUp({ table: principals, key }: KnownPrincipals): string[] {
  const targets: Record<string, readonly [table: string, key: string, type: string]> = {
    principal_id: [principals, key, 'bigint'],
    group_uuid: ['dual_id.groups', 'uuid', 'uuid'],
    role_uuid: ['dual_id.roles', 'uuid', 'uuid'],
    permission_uuid: ['dual_id.permissions', 'uuid', 'uuid'],
  };
  return joinTableNames.flatMap((name) => {
    const columns = joinColumns[name];
    const definitions = columns.map((column) => {
      const [target, targetKey, type] = targets[column]!;
      return `${column} ${type} NOT NULL CONSTRAINT ${name}_${column}_fk
        REFERENCES ${target} (${targetKey}) ON DELETE CASCADE ON UPDATE CASCADE`;
    });
    return [
      `CREATE TABLE dual_id.${name} (${definitions.join(', ')},
         CONSTRAINT ${name}_pk PRIMARY KEY (${columns.join(', ')}))`,
      ...columns.flatMap((column) => [
        `CREATE INDEX ${name}_${column}_ix ON dual_id.${name} (${column})`,
        `COMMENT ON CONSTRAINT ${name}_${column}_fk ON dual_id.${name} IS ${quoteText(intended)}`,
      ]),
    ];
  });
}

/** All join tables, in the order in which they are created. */
export const joinTableNames = Object.keys(joinColumns) as JoinTableName[];

export const joinTablesDown = joinTableNames.map((name) => `DROP TABLE dual_id.${name}`);

/** For the doctor, where the data source of the application does not map the tables. */
const intended =
  'Intended: a pair ends with its row, and pairs of a soft-deleted row give no rights.';

function identityTable(name: string, check: string, more = ''): string {
  return `CREATE TABLE dual_id.${name} (
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    ${more}
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ${name}_name_uq UNIQUE (name),
    CONSTRAINT ${name}_name_ck CHECK (${check}))`;
}
