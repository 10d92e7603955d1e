import type { DataCheck, Probe } from '../data-check.js';
import type { IdTable } from '../data-model.js';

/** Rows that cannot be addressed: routes and bodies refuse the version of their public id. */
export const uuidVersionRefused: DataCheck = {
  code: 'uuid_version_refused',
  finds: 'public ids of a UUID version that the entity does not accept from outside, counted',
  fix: 'Accept the version with `acceptUuidVersions` of the entity.',
  probesOf: ({ idTables }) =>
    idTables.filter(({ definition }) => definition.kind !== 'reference').map(uuidVersionProbe),
};

/** 0 means no version of RFC 9562, such as the Nil UUID. */
function uuidVersionSql(uuid: string): string {
  const digit = `get_byte(uuid_send(${uuid}), 6) >> 4`;
  return `CASE WHEN get_byte(uuid_send(${uuid}), 8) >> 6 = 2 AND ${digit} BETWEEN 1 AND 8
    THEN ${digit} ELSE 0 END`;
}

/** One finding per version: an adopted table may have millions of such rows. */
function uuidVersionProbe({ definition, name, quoted, entity }: IdTable): Probe {
  const accepted = definition.acceptUuidVersions;
  const decorator = definition.kind === 'guid' ? '@GuidId' : '@DualId';
  const counts = `(SELECT ${uuidVersionSql(quoted.uuid)} AS version, count(*) AS many,
      min(${quoted.uuid}::text) AS example
    FROM ${quoted.table} WHERE ${quoted.uuid} IS NOT NULL GROUP BY 1)`;
  return {
    place: `${name}.${definition.columns.uuid}`,
    source: { table: counts, key: [{ name: 'version', type: 'integer' }], isVirtual: true },
    wrong: `r.version NOT IN (${accepted.join(', ')})`,
    facts: ['r.version::text', 'r.many::text', 'r.example'],
    message: ([version, many, example]) =>
      version === '0'
        ? `${many} rows have a public id of no UUID version, such as ${example}; no entity can accept it`
        : `${many} rows have a public id of version ${version}, such as ${example}; the entity accepts ${accepted.join(', ')}`,
    fix: `Accept the versions of existing rows as well as those of new ones: \`acceptUuidVersions: [${accepted.join(', ')}, <version>]\` in ${decorator} of ${entity.name}. Rows without a version need a new public id.`,
  };
}
