import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DataSource } from 'typeorm';
import { RouteChecks } from '../../core/http/route-checks.js';
import { DUAL_ID_DATA_SOURCE } from '../../core/database/data-source.provider.js';
import { DUAL_ID_OPTIONS } from '../../core/options/module-options.js';
import { Exemptions } from '../../core/http/exemptions.js';
import { openApiOf } from '../../core/openapi/open-api.js';
import { newestCanaries, plantCanaries, unmarkedColumns } from './canaries/plant-canaries.js';
import { ApiDescription } from './crawl/api-description.js';
import type { CrawlOptions, CrawlReport, CrawlTarget } from './crawl/crawl.js';
import { crawl } from './crawl/crawl.js';
import { externalNames, declaredNames } from './crawl/description-check.js';
import type { CrawlFinding } from './crawl/exchange.js';
import { capturingLog } from './log-capture.js';
import type { Leak } from './scan/find-leaks.js';
import { findLogLeaks } from './scan/find-leaks.js';
import { readVocabulary } from './scan/vocabulary.js';
import { pathsServed } from './undocumented-routes.js';

/** Options of `expectNoInternalIds`. */
export interface LeakTestOptions extends CrawlOptions {
  /** Writes data once canaries are planted; two entities of every kind and two parents are best. */
  readonly seed?: (app: NestFastifyApplication) => Promise<unknown>;
  /** The API description, for an application that makes its own. */
  readonly document?: object;
}

/** What `expectNoInternalIds` did and found. */
export interface LeakTestReport extends CrawlReport {
  /**
   * Columns, such as `departments.id`, with ids that existed before the test or have no room for a
   * range: in a text they look like any other number and are not recognized.
   */
  readonly unmarked: readonly string[];
}

/** The maximum number of findings an error lists. */
const maxListed = 100;

/**
 * Proves that no internal id leaves or enters an application: plants recognizable ids, calls every
 * documented operation correctly and incorrectly, and searches bodies, headers, errors and the log.
 * Throws an error that lists every finding. The application is left listening, with its data
 * changed.
 *
 * @example
 * test('no internal id crosses the API', async () => {
 *   await expectNoInternalIds(app, { seed: () => fillTheShop() });
 * });
 */
export async function expectNoInternalIds(
  app: NestFastifyApplication,
  options: LeakTestOptions = {},
): Promise<LeakTestReport> {
  const report = await inspectApplication(app, options);
  if (report.findings.length === 0) return report;
  throw new Error(reportText(report));
}

/** Does the same, but returns the findings instead of throwing. */
export async function inspectApplication(
  app: NestFastifyApplication,
  options: LeakTestOptions,
): Promise<LeakTestReport> {
  if (!app.getHttpServer().listening) await app.listen(0, '127.0.0.1');
  const dataSource = app.get<DataSource>(DUAL_ID_DATA_SOURCE, { strict: false });
  const canaries = await plantCanaries(dataSource);
  await options.seed?.(app);
  const document = options.document ?? (await openApiOf(app, { title: 'API', version: '1' }));
  const vocabulary = await readVocabulary(
    dataSource,
    declaredNames(document),
    externalNames(document),
  );
  const exemptions = new Exemptions(app.get(DUAL_ID_OPTIONS, { strict: false }));
  const baits: string[] = [];
  const target: CrawlTarget = {
    url: applicationUrl(app),
    document,
    canaries,
    vocabulary,
    internalIds: async () => {
      baits.push(...(await newestCanaries(dataSource, canaries)));
      return baits;
    },
    undocumented: pathsServed(app).filter((path) => !isDocumented(document, path)),
    isExempt: (path) => exemptions.covers(path),
  };
  const skip = { ...unscopedRoutes(app), ...options.skip };
  const { result, lines } = await capturingLog(() => crawl(target, { ...options, skip }));
  const log = lines.flatMap((line) => findLogLeaks(line, canaries, vocabulary));
  // A log may repeat what the crawl itself sent.
  const logged = log.filter(({ sample }) => !baits.includes(sample)).map(logFinding);
  const findings = [...result.findings, ...distinctFindings(logged)];
  const unmarked = await unmarkedColumns(dataSource, canaries);
  const { migrationsTableName: migrations = 'migrations' } = dataSource.options;
  return { ...result, findings, unmarked: unmarked.filter((name) => name !== `${migrations}.id`) };
}

function applicationUrl(app: NestFastifyApplication): string {
  const { address, family, port } = app.getHttpServer().address() as AddressInfo;
  const host = family === 'IPv6' ? '[::1]' : address.replace('0.0.0.0', '127.0.0.1');
  return `http://${host}:${port}`;
}

function isDocumented(document: object, path: string): boolean {
  return new ApiDescription(document).find('GET', path) !== undefined;
}

/** Routes that declare to be under no parent serve every child by design. */
function unscopedRoutes(app: NestFastifyApplication): Record<string, string> {
  const routes = app.get(RouteChecks, { strict: false }).routes.flatMap((route) => {
    const reason = route.bindings.find(({ scope }) => scope.unscoped !== undefined)?.scope.unscoped;
    const path = route.url.replaceAll(/:(\w+)/g, '{$1}');
    return reason === undefined ? [] : [[`${route.method} ${path} other-parent`, reason] as const];
  });
  return Object.fromEntries(routes);
}

function logFinding({ kind, what }: Leak): CrawlFinding {
  const route = 'every route';
  return { route, probe: 'log', request: '', where: 'log', what: `${kind}: ${what}` };
}

function distinctFindings(findings: readonly CrawlFinding[]): readonly CrawlFinding[] {
  return [...new Map(findings.map((finding) => [finding.what, finding])).values()];
}

function reportText({ findings, requests }: CrawlReport): string {
  const lines = findings
    .slice(0, maxListed)
    .map(
      ({ route, probe, request, where, what }) =>
        `  ${route}: ${where} ${what}\n    (${probe}) ${request}`,
    );
  const more = findings.length - lines.length;
  return [
    `${findings.length} findings in ${requests} requests; fix each, or skip it with a reason:`,
    ...lines,
    ...(more > 0 ? [`  ... and ${more} more.`] : []),
  ].join('\n');
}
