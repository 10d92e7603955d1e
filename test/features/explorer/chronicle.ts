import type { CanActivate, DynamicModule, Type } from '@nestjs/common';
import type { PublicId, SchemaRunner } from 'nest-dual-id';
import { Field, View } from 'nest-dual-id';
import { ExplorerModule } from 'nest-dual-id/explorer';
import { HistoryApiModule } from 'nest-dual-id/history';
import type { HistoryApiOptions } from 'nest-dual-id/history';
import { RegistryModule } from 'nest-dual-id/registry';
import { installRelations, RelationsModule } from 'nest-dual-id/relations';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import type { Archive } from '../history/archive.js';
import { entities, logTables, openArchive, Paper, Writer, WriterView } from '../history/archive.js';

const text = { type: 'string' } as const;

/** A paper with notes that nest, and a name of its own for the reference to its writer. */
@View(Paper)
class NestedPaperView {
  @Field() uuid!: PublicId<Paper>;
  @Field() title!: string;
  @Field() pages!: number | null;
  @Field({
    schema: {
      type: 'object',
      properties: {
        by: text,
        place: { type: 'object', properties: { city: text, street: text } },
        tags: { type: 'array', items: text },
      },
    },
  })
  notes!: object | null;
  @Field() secret!: string | null;
  @Field('writer.uuid') author!: PublicId<Writer>;
}

class Nobody implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

/** Internal ids begin here, so that one can be found in a page. */
const firstId = 770_000_001;

interface Permitted {
  readonly permission: string;
}

/** A database with a history, and applications with the explorer on it. */
export interface Chronicle extends Archive {
  /** Runs a statement in the name of somebody. */
  as(actor: string, statement: string): Promise<void>;
  /** Starts an application whose routes all begin with `api`. */
  start(options?: Partial<HistoryApiOptions>): Promise<Api>;
  /** Starts one whose routes ask for this, with what says who makes a request. */
  startGuarded(api: Permitted, access: Type): Promise<Api>;
  /** Starts one without the route of the history. */
  startWithout(): Promise<Api>;
}

export async function openChronicle(): Promise<Chronicle> {
  const archive = await openArchive(migrate);
  const startWith = (...imports: (Type | DynamicModule)[]) =>
    startApi({
      url: archive.url,
      entities,
      imports: [ExplorerModule, ...imports],
      prepare: (app) => app.setGlobalPrefix('api'),
    });
  const start = (...more: (Type | DynamicModule)[]) =>
    startWith(
      RegistryModule.forRoot({ api: 'open' }),
      RelationsModule.forRoot({ api: 'open' }),
      ...more,
    );
  return {
    ...archive,
    as: async (actor, statement) => {
      await archive.sql(`BEGIN; SET LOCAL dual_id.actor = '${actor}'; ${statement}; COMMIT`);
    },
    start: (options) =>
      start(
        HistoryApiModule.forRoot({ api: 'open', views: [NestedPaperView, WriterView], ...options }),
      ),
    startGuarded: (api, access) =>
      startWith(
        access,
        RegistryModule.forRoot({ api, resolve: api }),
        RelationsModule.forRoot({ api }),
        HistoryApiModule.forRoot({ api, views: [NestedPaperView, WriterView] }),
      ),
    startWithout: () => start(),
  };
}

async function migrate(runner: SchemaRunner): Promise<void> {
  await logTables(runner);
  await installRelations(runner);
  for (const table of ['writers', 'papers']) {
    await runner.query(`ALTER TABLE ${table} ALTER COLUMN id RESTART WITH ${firstId}`);
  }
}

/** Refuses everybody the history. */
export const forNobody = { api: { guards: [Nobody] } } as const;

/** Shows the history of papers alone. */
export const papersOnly = { views: [NestedPaperView] } as const;
