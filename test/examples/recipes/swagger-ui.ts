import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { DualIdFastifyAdapter, DualIdModule, openApiOf } from 'nest-dual-id';
import { InvoicesModule } from './invoices.module.js';

@Module({
  imports: [InvoicesModule, DualIdModule.forRoot({ exempt: { '/docs': 'Swagger UI, no rows' } })],
})
export class AppModule {}

export async function createApp(): Promise<NestFastifyApplication> {
  const adapter = new DualIdFastifyAdapter();
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, adapter);
  await app.init();
  const document = await openApiOf(app, { title: 'Invoices', version: '1.0.0' });
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'docs/openapi.json',
    yamlDocumentUrl: 'docs/openapi.yaml',
  });
  return app;
}
