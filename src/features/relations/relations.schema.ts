import type { GrantOptions, RoleAccess } from '../../core/schema/grants.js';
import { grantToAll, useSchema } from '../../core/schema/grants.js';
import { quoteIdentifier, quoteText } from '../../core/sql/quoting.js';
import { personalPlaceDown, personalPlaceUp } from '../../core/schema/personal-place.js';
import type { SchemaRunner } from '../../core/schema/schema-runner.js';
import { runAll } from '../../core/schema/schema-runner.js';
import { cycleGuardDown, cycleGuardUp } from './cycle-guard.js';
import { livingEndsDown, livingEndsUp } from './living-ends.js';
import { stepFunction, stepFunctionDown, stepFunctionUp } from './step-function.js';
import type { RelationType } from './default-types.js';
import { defaultRelationTypes } from './default-types.js';

/** The maximum number of bytes of an edge's metadata, written as JSON. */
export const maxMetadataBytes = 4096;

/**
 * Metadata about an end is cleared when either end is erased; edges of deleted entities are not
 * shown.
 */
const ofErased = `(SELECT id FROM dual_id.passports WHERE uuid = NEW.uuid)`;
const edgeMetadata = {
  name: 'edge_metadata',
  forget: `UPDATE dual_id.relations SET metadata = NULL, updated_at = now()
    WHERE (from_id = ${ofErased} OR to_id = ${ofErased}) AND metadata IS NOT NULL`,
};

/** Creates the tables of relation types and edges, and adds the types. Called by a migration. */
export async function installRelations(
  runner: SchemaRunner,
  types: readonly RelationType[] = defaultRelationTypes,
  options: GrantOptions = {},
): Promise<void> {
  await runAll(runner, [
    ...typesUp,
    ...edgesUp,
    ...cycleGuardUp,
    ...livingEndsUp,
    ...stepFunctionUp,
    ...personalPlaceUp(edgeMetadata),
    ...types.map(relationTypeRow),
  ]);
  await grantToAll(options, (role) => grantRelations(runner, role));
}

/**
 * Grants a role what it needs for relations: to read types and edges and, for an application, to
 * create edges, change their metadata, and remove them. Only migrations write types.
 */
export async function grantRelations(
  runner: SchemaRunner,
  role: string,
  access: RoleAccess = 'application',
): Promise<void> {
  const to = `TO ${quoteIdentifier(role)}`;
  const writes = 'INSERT, DELETE, UPDATE (metadata, updated_at)';
  await runAll(runner, [
    useSchema(role),
    `GRANT SELECT ON dual_id.relation_types, dual_id.relations ${to}`,
    `GRANT EXECUTE ON FUNCTION ${stepFunction} ${to}`,
    ...(access === 'reader' ? [] : [`GRANT ${writes} ON dual_id.relations ${to}`]),
  ]);
}

/** Removes everything `installRelations` created, including all edges. */
export async function uninstallRelations(runner: SchemaRunner): Promise<void> {
  await runAll(runner, [
    ...personalPlaceDown(edgeMetadata),
    ...stepFunctionDown,
    'DROP TABLE dual_id.relations',
    ...cycleGuardDown,
    ...livingEndsDown,
    'DROP TABLE dual_id.relation_types',
    'DROP FUNCTION dual_id.refuse_shared_relation_name()',
  ]);
}

/** Adds another type of relation. */
export async function addRelationType(runner: SchemaRunner, type: RelationType): Promise<void> {
  await runner.query(relationTypeRow(type));
}

/** Removes a type; fails if it still has edges. */
export async function dropRelationType(runner: SchemaRunner, id: number): Promise<void> {
  await runner.query(`DELETE FROM dual_id.relation_types WHERE id = ${Math.trunc(id)}`);
}

function relationTypeRow({ id, name, inverse, acyclic, undirected }: RelationType): string {
  const backwards = inverse === undefined ? 'NULL' : quoteText(inverse);
  return `INSERT INTO dual_id.relation_types (id, name, inverse, acyclic, undirected) VALUES
    (${Math.trunc(id)}, ${quoteText(name)}, ${backwards}, ${acyclic === true}, ${undirected === true})`;
}

const isName = (column: string) =>
  `${column} ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' AND length(${column}) <= 50`;

/** A name means one type and one direction, so names and inverses share one namespace. */
const typesUp = [
  `CREATE TABLE dual_id.relation_types (
     id smallint NOT NULL,
     acyclic boolean NOT NULL,
     undirected boolean NOT NULL,
     checks bigint NOT NULL DEFAULT 0,
     name text NOT NULL,
     inverse text,
     CONSTRAINT relation_types_pk PRIMARY KEY (id),
     CONSTRAINT relation_types_flags_uq UNIQUE (id, acyclic, undirected),
     CONSTRAINT relation_types_name_uq UNIQUE (name),
     CONSTRAINT relation_types_inverse_uq UNIQUE (inverse),
     CONSTRAINT relation_types_id_ck CHECK (id > 0),
     CONSTRAINT relation_types_name_ck CHECK (${isName('name')}),
     CONSTRAINT relation_types_inverse_ck CHECK (${isName('inverse')} AND inverse <> name),
     CONSTRAINT relation_types_undirected_ck
       CHECK (NOT undirected OR (inverse IS NULL AND NOT acyclic)))
   WITH (fillfactor = 50)`,
  `CREATE FUNCTION dual_id.refuse_shared_relation_name() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     IF EXISTS (SELECT FROM dual_id.relation_types
                WHERE id <> NEW.id AND (name = NEW.inverse OR inverse = NEW.name)) THEN
       RAISE EXCEPTION 'a name of the relation type is already in use'
         USING ERRCODE = 'unique_violation';
     END IF;
     RETURN NEW;
   END $$`,
  `CREATE TRIGGER relation_types_names BEFORE INSERT OR UPDATE OF name, inverse
     ON dual_id.relation_types
     FOR EACH ROW EXECUTE FUNCTION dual_id.refuse_shared_relation_name()`,
];

/**
 * The flags of the type are copied to every edge, kept in step by its foreign key, so that plain
 * check constraints can use them: an undirected edge is stored from the lower to the higher
 * passport.
 */
const edgesUp = [
  `CREATE TABLE dual_id.relations (
     from_id bigint NOT NULL,
     to_id bigint NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     updated_at timestamptz NOT NULL DEFAULT now(),
     type_id smallint NOT NULL,
     acyclic boolean NOT NULL,
     undirected boolean NOT NULL,
     metadata jsonb,
     CONSTRAINT relations_pk PRIMARY KEY (from_id, type_id, to_id),
     CONSTRAINT relations_from_fk FOREIGN KEY (from_id) REFERENCES dual_id.passports (id),
     CONSTRAINT relations_to_fk FOREIGN KEY (to_id) REFERENCES dual_id.passports (id),
     CONSTRAINT relations_type_fk FOREIGN KEY (type_id, acyclic, undirected)
       REFERENCES dual_id.relation_types (id, acyclic, undirected),
     CONSTRAINT relations_self_ck CHECK (from_id <> to_id),
     CONSTRAINT relations_undirected_ck CHECK (NOT undirected OR from_id < to_id),
     CONSTRAINT relations_metadata_ck CHECK (jsonb_typeof(metadata) = 'object'
       AND octet_length(metadata::text) <= ${maxMetadataBytes}))`,
  'CREATE INDEX relations_backwards_ix ON dual_id.relations (to_id, type_id, from_id)',
  `CREATE TRIGGER relations_immutable
     BEFORE UPDATE OF from_id, type_id, to_id, acyclic, undirected ON dual_id.relations
     FOR EACH ROW WHEN ((OLD.from_id, OLD.type_id, OLD.to_id, OLD.acyclic, OLD.undirected)
       IS DISTINCT FROM (NEW.from_id, NEW.type_id, NEW.to_id, NEW.acyclic, NEW.undirected))
     EXECUTE FUNCTION dual_id.refuse_identity_change()`,
];
