import type { DataSource } from 'typeorm';
import type { Database } from '../../core/database/database.js';
import { statement } from '../../core/database/statement.js';
import type { EntityClass } from '../../core/definition/entity-class.js';
import { definitionOf } from '../../core/definition/entity-definition.js';
import { problem } from '../../core/errors/problem.js';
import { constraintName } from '../../core/sql/constraint-name.js';

/** Refuses to start with principals that the database does not know as such. */
export async function requirePrincipal(
  database: Database,
  dataSource: DataSource,
  principal: EntityClass,
): Promise<void> {
  const { name } = principal;
  const definition = definitionOf(principal);
  if (definition?.kind !== 'dual' || definition.type === undefined) {
    refusePrincipal(`The principal of IdentityModule, ${name}, has no @DualId with a type.`);
  }
  if (!dataSource.hasMetadata(principal)) {
    refusePrincipal(
      `The principal of IdentityModule, ${name}, is not an entity of the data source.`,
    );
  }
  const { type, table } = definition;
  const [row] = await database.rows(findPrincipals, [constraintName(table, 'retire')]);
  if (row && row[0] !== type) {
    refusePrincipal(
      `The principals of the database are of the platform type ${String(row[0])}, and ${name} has the type ${type}. Name in installIdentity the table of ${name}.`,
    );
  }
  if (dataSource.getMetadata(principal).deleteDateColumn && row?.[1] === false) {
    refusePrincipal(
      `The registry does not follow the soft deletion of ${name}, whose rights would stay. Call addDualId with deletedAt for ${table} in a migration.`,
    );
  }
}

function refusePrincipal(detail: string): never {
  throw problem('setup_refused', { detail });
}

/** The trigger by which the registry follows a soft deletion has its name from its table. */
const findPrincipals = statement(
  `SELECT i.principal_type::integer, EXISTS (SELECT FROM pg_trigger WHERE tgname = $1)
   FROM dual_id.identity i`,
);
