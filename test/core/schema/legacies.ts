const uuid = '"publicUuid" uuid';
/** Tables as they may be before they get dual ids: what they are, their columns, and what follows. */
export const legacies: readonly [string, string, ...string[]][] = [
  ['without ids', 'label text'],
  ['with a bigserial and a unique uuid', `"userId" bigserial PRIMARY KEY, ${uuid} NOT NULL UNIQUE`],
  [
    'with the names that TypeORM makes of a digest',
    `"userId" BIGSERIAL NOT NULL, ${uuid} NOT NULL DEFAULT uuid_generate_v4(),
     CONSTRAINT "UQ_951b8f1dfc94ac1d0301a14b7e1" UNIQUE ("publicUuid"),
     CONSTRAINT "PK_a3ffb1c0c8416b9fc6f907b7433" PRIMARY KEY ("userId")`,
  ],
  [
    'with an identity that is always generated',
    `"userId" bigint GENERATED ALWAYS AS IDENTITY (START 50) PRIMARY KEY, ${uuid} UNIQUE`,
  ],
  [
    'whose application makes the ids',
    `"userId" bigint PRIMARY KEY, ${uuid} DEFAULT 'c0ffee00-0000-4000-8000-000000000000'`,
  ],
  [
    'with a unique index that is no constraint',
    `"userId" bigserial PRIMARY KEY, ${uuid} NOT NULL`,
    'CREATE UNIQUE INDEX by_uuid ON "userAccounts" ("publicUuid")',
  ],
  [
    'with indexes that make nothing unique by themselves',
    `"userId" bigserial PRIMARY KEY, ${uuid}, label text`,
    'CREATE UNIQUE INDEX partial ON "userAccounts" ("publicUuid") WHERE label IS NULL',
    'CREATE UNIQUE INDEX composite ON "userAccounts" ("publicUuid", label)',
    'CREATE UNIQUE INDEX descending ON "userAccounts" ("publicUuid" DESC)',
    'ALTER TABLE "userAccounts" ADD CONSTRAINT late UNIQUE ("publicUuid") DEFERRABLE',
  ],
  [
    'with a sequence of its own settings',
    `"userId" bigserial PRIMARY KEY, ${uuid}`,
    'ALTER SEQUENCE "userAccounts_userId_seq" RENAME TO "odd Sequence"',
    'ALTER SEQUENCE "odd Sequence" INCREMENT 5 MINVALUE 10 MAXVALUE 90000 START 20 RESTART 20 CACHE 3 CYCLE',
  ],
  [
    'with a type column of its own',
    `"userId" bigserial PRIMARY KEY, ${uuid}, platform_type_id smallint NOT NULL DEFAULT 300`,
  ],
];
