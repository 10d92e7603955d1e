import type { INestApplication } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { RouteChecks } from '../../../core/http/route-checks.js';
import { openApiOf } from '../../../core/openapi/open-api.js';
import type { CompiledView } from '../../../core/view/compiled-view.js';
import { compileView } from '../../../core/view/view-compiler.js';
import { ViewRegistry } from '../../../core/view/view-registry.js';
import type { ViewClass } from '../../../core/view/view-spec.js';
import { sequenceBehind } from '../data/checks/sequence-behind.js';
import { findingOf, limitsOf, readerOf, readModel } from '../data/diagnose-data.js';
import type { DataModel } from '../data/data-model.js';
import { walksOf, wrongRows } from '../data/walk.js';
import type { Finding } from '../finding.js';
import type { Declared } from './declared.js';
import { declaredIn } from './declared.js';
import { queryOf } from '../query.js';
import type { Fault, Subject } from './structure-check.js';
import { structureChecks } from './structure-checks.js';

/** What the doctor checks. */
export interface Patient {
  /** An open data source of the application. */
  readonly dataSource: DataSource;
  /** Makes the application, without listening; without it, routes and inputs are not checked. */
  readonly application?: () => Promise<INestApplication>;
  /** Views that no route returns, for instance those of exports. */
  readonly views?: readonly ViewClass[];
  /** Called with each declaration that is outside a rule; none of them is a finding. */
  readonly onDeclared?: (declared: Declared) => void;
}

/** What breaks a rule, from the tables to the API description. Empty if everything is fine. */
export async function diagnose(patient: Patient): Promise<readonly Finding[]> {
  const model = await readModel(patient.dataSource);
  const compiled = compiledViews(patient);
  const seen = await applicationOf(patient);
  const subject: Subject = {
    model,
    query: queryOf(patient.dataSource),
    routes: seen.routes,
    document: seen.document,
    views: distinctViews([...seen.views, ...compiled.views]),
    refusals: [...seen.refusals, ...compiled.refusals],
  };
  for (const declared of declaredIn({ ...subject, exempt: seen.exempt })) {
    patient.onDeclared?.(declared);
  }
  const findings: Finding[] = [];
  for (const { code, fix, find } of structureChecks) {
    for (const fault of await find(subject)) findings.push({ code, fix, ...fault });
  }
  return [...findings, ...(await sequenceFindings(model))];
}

interface Seen extends Pick<Subject, 'routes' | 'document' | 'views' | 'refusals'> {
  readonly exempt: Readonly<Record<string, string>>;
}

async function applicationOf({ application }: Patient): Promise<Seen> {
  const nothing = { routes: [], document: undefined, views: [], exempt: {} };
  if (!application) return { ...nothing, refusals: [] };
  let app: INestApplication | undefined;
  try {
    app = await application();
    await app.init();
    const { routes, exempt } = app.get(RouteChecks);
    return {
      routes,
      exempt: exempt.reasons,
      document: await openApiOf(app, { title: 'doctor', version: '0' }),
      views: app.get(ViewRegistry).all(),
      refusals: [],
    };
  } catch (error) {
    return { ...nothing, refusals: [refusedFault('the application', error)] };
  } finally {
    await app?.close();
  }
}

function compiledViews({ dataSource, views = [] }: Patient): Pick<Seen, 'views' | 'refusals'> {
  const compiled: CompiledView[] = [];
  const refusals: Fault[] = [];
  for (const view of views) {
    try {
      compiled.push(compileView(view, dataSource));
    } catch (error) {
      refusals.push(refusedFault(view.name, error));
    }
  }
  return { views: compiled, refusals };
}

function refusedFault(place: string, error: unknown): Fault {
  return { place, problem: error instanceof Error ? error.message : String(error) };
}

function distinctViews(views: readonly CompiledView[]): readonly CompiledView[] {
  return [...new Map(views.map((view) => [view.viewClass, view])).values()];
}

async function sequenceFindings(model: DataModel): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const walk of walksOf(sequenceBehind.probesOf(model))) {
    for await (const rows of wrongRows(walk, readerOf(model.dataSource), limitsOf({}))) {
      for (const row of rows) {
        const { code, place, problem, fix } = findingOf(row, sequenceBehind);
        findings.push({ code, place, problem, fix });
      }
    }
  }
  return findings;
}
