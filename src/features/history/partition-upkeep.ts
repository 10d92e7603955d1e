import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Database } from '../../core/database/database.js';
import { statement } from '../../core/database/statement.js';

/** Milliseconds between two runs. */
const interval = 12 * 60 * 60_000;

/** Makes the partitions of the coming months: every instance at its start, and twice a day. */
@Injectable()
export class PartitionUpkeep implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(@Inject(Database) private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => this.#run(), interval).unref();
    this.#run();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  #run(): void {
    this.#running ??= this.#make().finally(() => (this.#running = undefined));
  }

  /** Nothing is lost meanwhile: changes without a month of their own have a partition too. */
  async #make(): Promise<void> {
    try {
      await this.database.rows(makePartitions);
    } catch (error) {
      new Logger('DualId').warn(
        `Partitions of the history could not be made ahead; it is tried again in twelve hours. ${(error as Error).message}`,
      );
    }
  }
}

const makePartitions = statement('SELECT dual_id.make_change_partitions(3)', 'write');
