import { RelationsService } from 'nest-dual-id/relations';
import type { NewRelation } from 'nest-dual-id/relations';
import { runSql } from '../../support/empty-database.js';
import type { TestShop } from '../../support/shop.js';
import { testShop } from '../../support/shop.js';

/** A shop, and people in it who may be related. */
export interface Family {
  readonly shop: TestShop;
  readonly relations: RelationsService;
  /** The public id of a person, who is created on first use. */
  of(name: string): string;
  /** Writes edges given as `ada parent bob`. */
  relate(...edges: readonly string[]): Promise<void>;
  edge(text: string): NewRelation;
  sql<Row extends object>(text: string): Promise<Row[]>;
  stop(): Promise<void>;
}

/** Starts a shop with people of these names. */
export async function family(names: readonly string[]): Promise<Family> {
  const shop = await testShop();
  const sql = <Row extends object>(text: string) => runSql<Row>(shop.databaseUrl, text);
  const values = names.map((name) => `('${name}', 'Test', '${name}@example.org')`).join(', ');
  const rows = await sql<{ first_name: string; uuid: string }>(
    `INSERT INTO users (first_name, last_name, email) VALUES ${values} RETURNING first_name, uuid`,
  );
  const uuids = new Map(rows.map(({ first_name, uuid }) => [first_name, uuid]));
  const of = (name: string) => uuids.get(name) ?? name;
  const edge = (text: string): NewRelation => {
    const [from, relation, to] = text.split(' ') as [string, string, string];
    return { fromUuid: of(from), relation, toUuid: of(to) };
  };
  const relations = shop.app.get(RelationsService, { strict: false });
  return {
    shop,
    relations,
    of,
    edge,
    relate: (...edges) => relations.relateMany(edges.map(edge)),
    sql,
    stop: () => shop.stop(),
  };
}

/** Shows edges by the names of people, in order. */
export function told(
  { of }: Family,
  names: readonly string[],
  edges: readonly Pick<NewRelation, 'fromUuid' | 'relation' | 'toUuid'>[],
): string[] {
  const name = (uuid: string) => names.find((one) => of(one) === uuid) ?? uuid;
  return edges
    .map(({ fromUuid, relation, toUuid }) => `${name(fromUuid)} ${relation} ${name(toUuid)}`)
    .sort();
}
