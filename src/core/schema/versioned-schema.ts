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
}

/** The versions of the schema that some code works with. */
export interface SchemaRange {
  readonly oldest: number;
  readonly newest: number;
}

/** Tells why code cannot work with a schema; undefined where it can. */
export function misfit(
  { version, oldestCode }: SchemaState,
  { oldest, newest }: SchemaRange,
): 'schema_outdated' | 'schema_newer' | undefined {
  if (version < oldest) return 'schema_outdated';
  return version > newest && oldestCode > newest ? 'schema_newer' : undefined;
}

/** Reads the state, for code that is older than the database as well; no row is no schema. */
export const readState = `SELECT s.version, coalesce(o.version, s.version)
  FROM dual_id.schema_versions s
  LEFT JOIN dual_id.schema_versions o ON o.component = 'core_oldest_code'
  WHERE s.component = 'core'`;

/** The schema `dual_id` as a row of steps, each of which leads to the next version. */
export class VersionedSchema {
  constructor(private readonly steps: readonly SchemaStep[]) {}

  get newest(): number {
    return this.steps.length;
  }

  async install(runner: SchemaRunner, version: number): Promise<void> {
    this.#requireKnown(version);
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
    if (misfit(state, { oldest: 0, newest: this.newest })) throw problem('schema_newer');
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
    const { version } = await stateOf(runner);
    if (version > this.newest) throw problem('schema_newer');
    return version;
  }

  /** Code that one step left behind does not come back with a later one. */
  #oldestCode(version: number): number {
    return Math.max(
      ...this.steps.slice(0, version).map(({ oldestCode }, index) => oldestCode ?? index + 1),
    );
  }

  #record(version: number): string {
    return `INSERT INTO dual_id.schema_versions (component, version)
      VALUES ('core', ${version}), ('core_oldest_code', ${this.#oldestCode(version)})
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
    `SELECT version, oldest_code AS "oldestCode"
     FROM (${readState}) AS state (version, oldest_code)`,
  )) as readonly SchemaState[];
  return rows[0] ?? { version: 0, oldestCode: 0 };
}
