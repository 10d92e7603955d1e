import type { ConversionPlan, ConversionRequest } from 'nest-dual-id/conversion';
import { conversionState } from '../../support/conversion-runner/conversion-state.js';
import type { RunnerEnd, RunnerOrder } from '../../support/conversion-runner/runner-process.js';
import { RunnerProcess } from '../../support/conversion-runner/runner-process.js';
import { urlAs } from '../../support/roles.js';
import type { Stock } from '../../features/conversion/stock.js';
import { articleTables, openStock } from '../../features/conversion/stock.js';

/** A kind of conversion, with the tables that it begins with. */
export interface FaultyKind {
  readonly key: 'integer' | 'bigint' | 'uuid';
  readonly request: ConversionRequest;
}

export const faultyKinds: readonly FaultyKind[] = [
  { key: 'integer', request: { table: 'articles', kind: 'uuid-key' } },
  { key: 'uuid', request: { table: 'articles', kind: 'add-bigint' } },
  { key: 'integer', request: { table: 'articles', kind: 'add-uuid' } },
];

/** The name of the conversion in the database. */
export const conversionOfArticles = 'public.articles';

/** A database whose articles a process converts while something happens to it. */
export class FaultBench {
  readonly #runners: RunnerProcess[] = [];

  private constructor(
    readonly stock: Stock,
    readonly plan: ConversionPlan,
    private readonly kind: FaultyKind,
  ) {}

  static async open(kind: FaultyKind, rows = 1_000): Promise<FaultBench> {
    const stock = await openStock(articleTables(kind.key, rows));
    return new FaultBench(stock, await stock.conversions.plan(kind.request), kind);
  }

  /** What an undisturbed conversion makes of the same tables. */
  static async undisturbed(kind: FaultyKind, rows = 1_000) {
    const bench = await FaultBench.open(kind, rows);
    await bench.stock.conversions.start(bench.plan);
    const observed = await bench.state();
    await bench.stock.conversions.contract(conversionOfArticles);
    const contracted = await bench.state();
    await bench.stop();
    return { observed, contracted };
  }

  run(work: RunnerOrder['work'], more: Partial<RunnerOrder> = {}): RunnerProcess {
    const url = urlAs('owner', this.stock.database.url);
    const { request } = this.kind;
    const runner = new RunnerProcess({ url, name: conversionOfArticles, work, request, ...more });
    this.#runners.push(runner);
    return runner;
  }

  /** Starts a conversion, or goes on with it, until it has come to its end. */
  async untilEnded(kill: (runner: RunnerProcess) => Promise<void>): Promise<number> {
    for (let kills = 0; ; kills += 1) {
      const work = (await this.#isStored()) ? 'resume' : 'start';
      const runner = this.run(work, { options: { rate: 800 } });
      void kill(runner);
      const end: RunnerEnd = await runner.end;
      if (end === 'ended') return kills;
      if (end !== 'killed') throw new Error(end.failed);
    }
  }

  state() {
    return conversionState(this.stock.dataSource, this.plan);
  }

  /** Ends every session of the processes, or some of them. */
  async endSessions(share = 1): Promise<void> {
    await this.stock.rows(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name LIKE 'converter%' AND datname = current_database()
        AND random() < ${share}`);
  }

  async stop(): Promise<void> {
    for (const runner of this.#runners) runner.kill();
    await this.stock.stop();
  }

  async #isStored(): Promise<boolean> {
    return (await this.stock.conversions.status()).length > 0;
  }
}
