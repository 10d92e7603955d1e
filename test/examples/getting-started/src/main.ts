import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DualIdFastifyAdapter, enableGracefulShutdown } from 'nest-dual-id';
import { AppModule } from './app.module.js';

async function bootstrap() {
  const adapter = new DualIdFastifyAdapter();
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, adapter);
  enableGracefulShutdown(app);
  await app.listen(process.env.PORT ?? 3000);
}
await bootstrap();
