import { quoteText } from '../../../../core/sql/quoting.js';
import { quotedPath } from '../../catalog/catalog.js';
import type { DataCheck, Probe, RowRepair } from '../data-check.js';
import type { DataModel } from '../data-model.js';
import { keyFacts, sourceOf } from '../row-source.js';
import type { ClaimingTable } from '../links.js';
import { claimingTables } from '../links.js';

/** The registry's claims of a partitioned service do not match its rows. */
export const masterClaimWrong: DataCheck = {
  code: 'master_claim_wrong',
  finds:
    'a row of a partitioned service that has not claimed its passport, or a claim without a row',
  fix: 'Repair writes missing claims and removes those without a row. Call `addMasterLink` again whenever a partition has been attached, detached or dropped.',
  probesOf: (model) => {
    const tables = claimingTables(model);
    const { catalog } = model;
    if (!catalog.at('dual_id.master_claims')) return [];
    return [
      ...tables.map((table) => missingRow(table, model)),
      ...tables.map(({ table, service }) =>
        orphaned(
          `r.service = ${quoteText(service)}`,
          `NOT EXISTS (SELECT FROM ${quotedPath(table)} q WHERE q.master_id = r.master_id)`,
          {
            // A row whose link is still wrong may turn out to be the one that made the claim.
            when: `NOT EXISTS (SELECT FROM ${quotedPath(table)} q JOIN dual_id.passports p
              ON p.uuid = q.master_uuid WHERE p.id = r.master_id)`,
            holds: [quotedPath(table)],
          },
        ),
      ),
      orphaned('true', unknownService(tables)),
    ];
  },
};

function missingRow({ table, service }: ClaimingTable, { catalog }: DataModel): Probe {
  const source = sourceOf(table);
  return {
    place: `${catalog.nameOf(table)}.master_id`,
    source,
    wrong: `NOT EXISTS (SELECT FROM dual_id.master_claims c
      WHERE c.service = ${quoteText(service)} AND c.master_id = r.master_id)`,
    facts: [keyFacts(source), 'r.master_uuid::text'],
    message: ([row, uuid]) =>
      `the row with ${row} has no claim to ${uuid}, so another row may take it`,
    repair: {
      when: `EXISTS (SELECT FROM dual_id.passports p
        WHERE p.id = r.master_id AND p.uuid = r.master_uuid)`,
      does: ([row, uuid]) => `claims ${uuid} for the row with ${row}`,
      statement: (rows) => `INSERT INTO dual_id.master_claims (service, master_id)
        SELECT ${quoteText(service)}, r.master_id ${rows} ON CONFLICT DO NOTHING`,
    },
  };
}

/** Claims of services that no table defines. */
function unknownService(tables: readonly ClaimingTable[]): string {
  const known = tables.map(({ service }) => quoteText(service));
  return `r.service <> ALL (ARRAY[${known.join(', ')}]::text[])`;
}

function orphaned(
  only: string,
  wrong: string,
  certainty: Pick<RowRepair, 'when' | 'holds'> = {},
): Probe {
  return {
    place: 'dual_id.master_claims',
    source: {
      table: 'dual_id.master_claims',
      key: [
        { name: 'service', type: 'text' },
        { name: 'master_id', type: 'bigint' },
      ],
      only,
    },
    wrong,
    facts: ['r.service', 'r.master_id::text'],
    message: ([service, id]) => `${service} claims the passport ${id}, but none of its rows has it`,
    repair: {
      ...certainty,
      does: ([service, id]) => `removes the claim of ${service} to the passport ${id}`,
      statement: (rows) => `DELETE FROM dual_id.master_claims t
        USING (SELECT r.service, r.master_id ${rows}) s
        WHERE (t.service, t.master_id) = (s.service, s.master_id)`,
    },
  };
}
