import type { CompiledRoute } from '../../../core/http/compiled-route.js';
import type { CompiledView } from '../../../core/view/compiled-view.js';
import type { DataModel, IdTable } from '../data/data-model.js';
import type { CheckWords } from '../finding.js';
import type { RunQuery } from '../query.js';

/** A check of what is declared and of what PostgreSQL has. */
export interface StructureCheck extends CheckWords {
  find(subject: Subject): readonly Fault[] | Promise<readonly Fault[]>;
}

/** A place where something is wrong. */
export interface Fault {
  readonly place: string;
  readonly problem: string;
  /** The next step for this place; that of the check by default. */
  readonly fix?: string;
}

/** What the checks read. */
export interface Subject {
  readonly model: DataModel;
  readonly query: RunQuery;
  readonly views: readonly CompiledView[];
  readonly routes: readonly CompiledRoute[];
  /** The API description; undefined without an application. */
  readonly document: object | undefined;
  /** Why the application, or one of its views, refuses to start. */
  readonly refusals: readonly Fault[];
}

/** The call that adds what a table lacks, as a migration would write it. */
export function addDualIdCall({ spec, definition, name }: IdTable): string {
  const call = { dual: 'addDualId', guid: 'addGuidId', reference: 'addReferenceId' };
  const { table, schema, type, namedBy = [], deletedAt, startWith } = spec;
  const parts = [
    `table: '${table}'`,
    ...(schema === undefined ? [] : [`schema: '${schema}'`]),
    ...(type === undefined ? [] : [`type: { id: ${type.id}, name: '<its name>' }`]),
    ...(startWith === '1' || definition.kind !== 'dual' ? [] : [`startWith: ${startWith}`]),
    ...(namedBy.length === 0 ? [] : [`namedBy: [${namedBy.map((one) => `'${one}'`).join(', ')}]`]),
    ...(deletedAt === undefined ? [] : [`deletedAt: '${deletedAt}'`]),
  ];
  return `In a migration for ${name}: ${call[definition.kind]}(runner, { ${parts.join(', ')} })`;
}
