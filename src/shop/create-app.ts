import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DualIdFastifyAdapter } from 'nest-dual-id';
import { AppModule } from './app.module.js';
import type { ShopOptions } from './app.module.js';
import { serveDocumentation } from './docs/documentation.js';

/** Builds the shop's application, ready to listen. */
export async function createApp(options: ShopOptions): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(options),
    new DualIdFastifyAdapter(),
    { logger: ['error', 'warn'], abortOnError: false },
  );
  serveDocumentation(app);
  return app;
}
