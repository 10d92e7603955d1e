import { ConsoleLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DualIdFastifyAdapter } from 'nest-dual-id';
import { protectEdge } from 'nest-dual-id/edge';
import { AppModule } from './app.module.js';
import type { ShopOptions } from './app.module.js';
import { serveDocumentation } from './docs/documentation.js';
import { edgeOptions } from './edge.js';

/** Builds the shop's application, ready to listen. */
export async function createApp(options: ShopOptions): Promise<NestFastifyApplication> {
  const { edge = {} } = options;
  const { trustProxy } = edge;
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(options),
    new DualIdFastifyAdapter(trustProxy === undefined ? {} : { trustProxy }),
    { logger: new ShopLogger({ logLevels: ['error', 'warn'] }), abortOnError: false },
  );
  await protectEdge(app, edgeOptions(edge));
  serveDocumentation(app);
  return app;
}

/** Nest's own message on a failed start; the shop reports it once, in a sentence. */
const repeated = new Set<unknown>(['NestApplication', 'ExceptionHandler', 'TypeOrmModule']);

class ShopLogger extends ConsoleLogger {
  override error(...[message, ...rest]: Parameters<ConsoleLogger['error']>): void {
    if (!repeated.has(rest.at(-1))) super.error(message, ...rest);
  }
}
