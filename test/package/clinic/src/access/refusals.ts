import { Injectable, Logger } from '@nestjs/common';

/** A request that the clinic refused to somebody. */
export interface Refusal {
  readonly status: number;
  readonly method: string;
  readonly path: string;
}

/** Keeps account of who was refused, as a clinic has to. */
@Injectable()
export class Refusals {
  private readonly logger = new Logger(Refusals.name);

  add({ status, method, path }: Refusal): void {
    this.logger.warn(`${status} ${method} ${path}`);
  }
}
