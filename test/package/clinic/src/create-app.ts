import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DualIdFastifyAdapter } from 'nest-dual-id';
import { AppModule } from './app.module.js';
import { configureApp } from './configure-app.js';

/** The application as it is served, ready to listen. */
export async function createApp(): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule,
    new DualIdFastifyAdapter(),
  );
  await configureApp(app);
  return app;
}
