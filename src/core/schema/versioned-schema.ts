import type { DualIdError } from '../errors/dual-id-error.js';
import { problem } from '../errors/problem.js';
import type { SchemaRunner } from './schema-runner.js';
import { runAll } from './schema-runner.js';

/** What leads to one version of the library's schema, and back to the version before. */
export interface SchemaStep {
  readonly up: readonly string[];
  readonly down: readonly string[];
  /**
   * The version of the oldest code that works with the schema after this step, where that is older
   * than the step: code that is not told of what it adds can run beside it.
   */
  readonly oldestCode?: number;
}

/** What a database says of its schema. */
export interface SchemaState {
  /** 0 where nothing is installed. */
  readonly version: number;
  /** The version of the oldest code that works with it. */
  readonly oldestCode: number;
  /** Code from before the first release made it, and numbered its versions by itself. */
  readonly isUnreleased: boolean;
}

/** The versions of the schema that some code works with. */
export interface SchemaRange {
  readonly oldest: number;
  readonly newest: number;
}

/** Tells why code cannot work with a schema; undefined where it can. */
export function misfit(
  { version, oldestCode, isUnreleased }: SchemaState,
  { oldest, newest }: SchemaRange,
): DualIdError | undefined {
  if (isUnreleased) return problem('setup_refused', { detail: unreleased });
  if (version < oldest) return problem('schema_outdated');
  return version > newest && oldestCode > newest ? problem('schema_newer') : undefined;
}

const unreleased =
  'The database was made by an unreleased version of nest-dual-id. Create it again: make an empty database and run the migrations there.';

/**
 * Reads the state, for code that is older than the database as well; no row is no schema. Before
 * the first release the component had another name.
 */
export const readState = `SELECT s.version, coalesce(o.version, s.version), s.component = 'core'
  FROM dual_id.schema_versions s
  LEFT JOIN dual_id.schema_versions o ON o.component = 'dual_id_oldest_code'
  WHERE s.component IN ('dual_id', 'core')`;

/** The schema `dual_id` as a row of steps, each of which leads to the next version. */
export class VersionedSchema {
  constructor(private readonly steps: readonly SchemaStep[]) {}

  get newest(): number {
    return this.steps.length;
  }

  async install(runner: SchemaRunner, version: number): Promise<void> {
    this.#requireKnown(version);
    await this.#requireNothing(runner);
    await runAll(runner, [
      'CREATE SCHEMA IF NOT EXISTS dual_id',
      `CREATE TABLE dual_id.schema_versions (
         component text NOT NULL,
         version integer NOT NULL,
         CONSTRAINT schema_versions_pk PRIMARY KEY (component))`,
      ...this.steps.slice(0, version).flatMap(({ up }) => up),
      this.#record(version),
    ]);
  }

  async upgrade(runner: SchemaRunner, version: number): Promise<void> {
    this.#requireKnown(version);
    const state = await stateOf(runner);
    this.#requireFit(state);
    if (state.version >= version) return;
    await runAll(runner, [
      ...this.steps.slice(state.version, version).flatMap(({ up }) => up),
      this.#record(version),
    ]);
  }

  async downgrade(runner: SchemaRunner, version: number): Promise<void> {
    this.#requireKnown(version);
    const current = await this.#knownVersion(runner);
    if (current <= version) return;
    await runAll(runner, [...this.#stepsBack(current, version), this.#record(version)]);
  }

  async uninstall(runner: SchemaRunner): Promise<void> {
    await runAll(runner, [
      ...this.#stepsBack(await this.#knownVersion(runner), 0),
      'DROP TABLE dual_id.schema_versions',
      'DROP SCHEMA dual_id',
    ]);
  }

  #stepsBack(from: number, to: number): string[] {
    return this.steps
      .slice(to, from)
      .toReversed()
      .flatMap(({ down }) => down);
  }

  /** The version that stands; what is newer than the code, the code cannot take back. */
  async #knownVersion(runner: SchemaRunner): Promise<number> {
    const state = await stateOf(runner);
    this.#requireFit({ ...state, oldestCode: state.version });
    return state.version;
  }

  /** PostgreSQL would only say that a table exists. */
  async #requireNothing(runner: SchemaRunner): Promise<void> {
    const rows = (await runner.query(
      `SELECT FROM pg_class WHERE oid = to_regclass('dual_id.schema_versions')`,
    )) as { readonly length?: number } | undefined;
    if (!rows?.length) return;
    const state = await stateOf(runner);
    this.#requireFit(state);
    throw problem('setup_refused', {
      detail: `The database has the schema dual_id already, in version ${state.version}; a migration that updates it calls upgradeDualId.`,
    });
  }

  #requireFit(state: SchemaState): void {
    const error = misfit(state, { oldest: 0, newest: this.newest });
    if (error !== undefined) throw error;
  }

  /** Code that one step left behind does not come back with a later one. */
  #oldestCode(version: number): number {
    return Math.max(
      ...this.steps.slice(0, version).map(({ oldestCode }, index) => oldestCode ?? index + 1),
    );
  }

  #record(version: number): string {
    return `INSERT INTO dual_id.schema_versions (component, version)
      VALUES ('dual_id', ${version}), ('dual_id_oldest_code', ${this.#oldestCode(version)})
      ON CONFLICT (component) DO UPDATE SET version = excluded.version`;
  }

  #requireKnown(version: number): void {
    if (Number.isInteger(version) && version >= 1 && version <= this.newest) return;
    throw problem('setup_refused', {
      detail: `There is no version ${version} of the schema dual_id; this code knows 1 to ${this.newest}.`,
    });
  }
}

async function stateOf(runner: SchemaRunner): Promise<SchemaState> {
  const rows = (await runner.query(
    `SELECT * FROM (${readState}) AS state (version, "oldestCode", "isUnreleased")`,
  )) as readonly SchemaState[];
  return rows[0] ?? { version: 0, oldestCode: 0, isUnreleased: false };
}
