import type { ApiDescription } from './api-description.js';
import type { CrawlFinding, HttpAnswer, CrawlProbe } from './exchange.js';
import { isSuccess } from './expectations.js';
import { Harvest } from './harvest.js';
import type { HttpClient } from './http-client.js';
import type { Measures } from './measures.js';
import { judge, routeOf } from './judge.js';

/** What is skipped, with the reason: `GET /metrics`, `GET /years/{year} numeric-path`, `* huge`. */
export type Skips = Readonly<Record<string, string>>;

/** How often a route was called, and how. */
export interface RouteReport {
  /** The operation, such as `GET /users/{userUuid}`. */
  readonly route: string;
  requests: number;
  /** How many of the responses were 2xx. */
  succeeded: number;
  /** The kinds of requests it got, such as `numeric-path`. */
  readonly probes: Set<string>;
}

/** One crawl: sends probes, judges the responses and collects the findings. */
export class Session {
  readonly harvest = new Harvest();
  readonly #routes = new Map<string, RouteReport>();
  readonly #findings = new Map<string, CrawlFinding>();

  constructor(
    private readonly client: HttpClient,
    private readonly measures: Measures,
    private readonly skips: Skips,
  ) {}

  get api(): ApiDescription {
    return this.measures.api;
  }

  get routes(): readonly RouteReport[] {
    return [...this.#routes.values()];
  }

  /** The findings, each cause once per route. */
  get findings(): readonly CrawlFinding[] {
    return [...this.#findings.values()];
  }

  /** Sends a probe and judges the response; returns undefined if the probe is skipped. */
  async ask(probe: CrawlProbe): Promise<HttpAnswer | undefined> {
    const { operation, name, request } = probe;
    if (this.isSkipped(routeOf(probe), name)) return undefined;
    const answer = await this.client.send(request);
    for (const finding of judge(probe, answer, this.measures)) this.find(finding);
    const isUse = request.method === operation?.method && isSuccess(answer);
    if (operation) this.#count(operation.key, name, isUse);
    return answer;
  }

  /** Sends many probes, several at a time. */
  async askAll(probes: readonly CrawlProbe[], atOnce: number): Promise<void> {
    const left = probes.values();
    const work = async () => {
      for (const probe of left) await this.ask(probe);
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }

  find(finding: CrawlFinding): void {
    const { route, probe, where, what } = finding;
    const key = [route, probe, where, what].join('\n');
    if (!this.#findings.has(key)) this.#findings.set(key, finding);
  }

  isSkipped(route: string, probe = ''): boolean {
    return [route, `${route} ${probe}`, `* ${probe}`].some((key) => key in this.skips);
  }

  #count(route: string, probe: string, isSuccessful: boolean): void {
    const report = this.#routes.get(route) ?? {
      route,
      requests: 0,
      succeeded: 0,
      probes: new Set<string>(),
    };
    this.#routes.set(route, report);
    report.requests++;
    if (isSuccessful) report.succeeded++;
    report.probes.add(probe);
  }
}
