import { seeds } from './workspaces.seeds.js';

const touch = `CREATE FUNCTION update_updated_at() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN NEW.updated_at = now(); RETURN NEW; END'`;

const dates = `created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()`;

const people = [
  `CREATE TABLE users (
     id serial NOT NULL CONSTRAINT "PK_id" PRIMARY KEY,
     status integer NOT NULL,
     ${dates},
     ext_user_id varchar(255),
     email text,
     email_index text)`,
  'CREATE INDEX idx_user_status ON users (status)',
  'CREATE UNIQUE INDEX idx_users_ext_user_id ON users (ext_user_id) WHERE ext_user_id IS NOT NULL',
  'CREATE UNIQUE INDEX idx_users_email ON users (email) WHERE email_index IS NULL',
  'CREATE UNIQUE INDEX idx_users_email_index ON users (email_index) WHERE email_index IS NOT NULL',
  `CREATE TABLE wallets (
     id serial NOT NULL CONSTRAINT "PK_wallet_id" PRIMARY KEY,
     address text NOT NULL,
     ${dates},
     user_id integer NOT NULL CONSTRAINT "FK_wallets_user_id" REFERENCES users ON DELETE CASCADE,
     address_index text)`,
  'CREATE UNIQUE INDEX "UQ_wallet_address_plain" ON wallets (address) WHERE address_index IS NULL',
  'CREATE INDEX idx_wallets_user_id ON wallets (user_id)',
  `CREATE TABLE counterfactual_safes (
     id serial NOT NULL CONSTRAINT pk_cfs_id PRIMARY KEY,
     creator_id integer CONSTRAINT fk_cfs_creator_id REFERENCES users ON DELETE SET NULL,
     chain_id varchar(78) NOT NULL,
     address varchar(42) NOT NULL,
     owners jsonb NOT NULL,
     payment numeric,
     ${dates},
     CONSTRAINT uq_cfs_chainid_address UNIQUE (chain_id, address))`,
  'CREATE INDEX idx_cfs_creator_id ON counterfactual_safes (creator_id)',
  `CREATE TABLE counterfactual_safe_users (
     id serial NOT NULL CONSTRAINT pk_cfsu_id PRIMARY KEY,
     counterfactual_safe_id integer NOT NULL CONSTRAINT fk_cfsu_cf_safe_id
       REFERENCES counterfactual_safes ON DELETE CASCADE,
     user_id integer NOT NULL CONSTRAINT fk_cfsu_user_id REFERENCES users ON DELETE CASCADE,
     ${dates},
     CONSTRAINT uq_cfsu_cf_safe_user UNIQUE (counterfactual_safe_id, user_id))`,
  'CREATE INDEX idx_cfsu_user_id ON counterfactual_safe_users (user_id)',
];

const spaces = [
  `CREATE TABLE spaces (
     id serial NOT NULL CONSTRAINT "PK_spaces_id" PRIMARY KEY,
     name text NOT NULL,
     status integer NOT NULL,
     ${dates})`,
  'CREATE INDEX idx_spaces_status ON spaces (status)',
  `CREATE TABLE members (
     id serial NOT NULL CONSTRAINT "PK_members_id" PRIMARY KEY,
     name text NOT NULL,
     alias text,
     role integer NOT NULL,
     status integer NOT NULL,
     ${dates},
     user_id integer NOT NULL CONSTRAINT "FK_members_user_id" REFERENCES users ON DELETE CASCADE,
     space_id integer NOT NULL CONSTRAINT "FK_members_space_id" REFERENCES spaces ON DELETE CASCADE,
     invited_by integer,
     CONSTRAINT "UQ_members_user_space" UNIQUE (user_id, space_id))`,
  'CREATE INDEX idx_members_role_status ON members (role, status)',
  `CREATE TABLE space_safes (
     id serial NOT NULL CONSTRAINT "PK_SS_id" PRIMARY KEY,
     chain_id varchar(78) NOT NULL,
     address text NOT NULL,
     ${dates},
     space_id integer NOT NULL CONSTRAINT "FK_SS_space_id" REFERENCES spaces ON DELETE CASCADE,
     address_index text)`,
  `CREATE UNIQUE INDEX "UQ_SS_chainId_address_space_plain"
     ON space_safes (chain_id, address, space_id) WHERE address_index IS NULL`,
  `CREATE UNIQUE INDEX "UQ_SS_chainId_addressIndex_space"
     ON space_safes (chain_id, address_index, space_id) WHERE address_index IS NOT NULL`,
  'CREATE INDEX "IDX_SS_space_id" ON space_safes (space_id)',
];

const requests = [
  `CREATE TABLE address_book_requests (
     id serial NOT NULL CONSTRAINT pk_abr_id PRIMARY KEY,
     space_id integer NOT NULL CONSTRAINT fk_abr_space_id REFERENCES spaces ON DELETE CASCADE,
     requested_by integer NOT NULL CONSTRAINT fk_abr_requested_by REFERENCES users ON DELETE CASCADE,
     address text NOT NULL,
     name text NOT NULL,
     chain_ids varchar(32)[] NOT NULL DEFAULT '{}',
     status smallint NOT NULL DEFAULT 0,
     ${dates},
     reviewed_by integer CONSTRAINT "FK_ABR_reviewed_by" REFERENCES users ON DELETE SET NULL)`,
  'CREATE INDEX idx_abr_space_status ON address_book_requests (space_id, status)',
  `CREATE UNIQUE INDEX "UQ_ABR_space_requester_address_pending_plain"
     ON address_book_requests (space_id, requested_by, address) WHERE status = 0`,
  `CREATE TABLE space_audit_log (
     id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT "PK_SAL_id" PRIMARY KEY,
     space_id integer NOT NULL,
     event_type varchar(64) NOT NULL,
     actor_user_id integer NOT NULL,
     payload jsonb NOT NULL DEFAULT '{}',
     created_at timestamptz NOT NULL DEFAULT now())`,
  'CREATE INDEX "IDX_SAL_space_created_id" ON space_audit_log (space_id, created_at, id)',
  `CREATE FUNCTION space_audit_log_immutable() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN RAISE EXCEPTION 'space_audit_log is append-only'; END $$`,
  `CREATE TRIGGER space_audit_log_no_update_delete BEFORE UPDATE OR DELETE ON space_audit_log
     FOR EACH ROW EXECUTE FUNCTION space_audit_log_immutable()`,
];

/** The triggers that note when a row was changed, by the names that they have. */
const touched = {
  users: 'update_users_updated_at',
  wallets: 'update_wallets_updated_at',
  counterfactual_safes: 'update_counterfactual_safes_updated_at',
  counterfactual_safe_users: 'update_counterfactual_safe_users_updated_at',
  spaces: 'update_spaces_updated_at',
  members: 'update_updated_at',
  space_safes: 'update_updated_at',
  address_book_requests: 'update_address_book_requests_updated_at',
} as const;

const triggers = Object.entries(touched).map(
  ([table, name]) => `CREATE TRIGGER ${name} BEFORE UPDATE ON ${table}
    FOR EACH ROW EXECUTE FUNCTION update_updated_at()`,
);

/**
 * Tables of a multi-signature wallet's workspaces, as the migrations of safe-client-gateway, a
 * NestJS application with TypeORM, leave them before its workspaces got a UUID: names of its own
 * for keys, in both cases, partial unique indexes, references that end in `_by`, a trigger on every
 * table, and a log without foreign keys that refuses updates.
 */
export const workspaceTables: readonly string[] = [
  touch,
  ...people,
  ...spaces,
  ...requests,
  ...triggers,
  ...seeds,
];
