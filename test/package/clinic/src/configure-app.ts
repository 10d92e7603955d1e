import multipart from '@fastify/multipart';
import { VersioningType } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import { openApiOf } from 'nest-dual-id';
import { maxFileSize } from './documents/max-file-size.js';

/** What `main.ts` and the end-to-end tests do to the application before it listens. */
export async function configureApp(app: NestFastifyApplication): Promise<void> {
  app.setGlobalPrefix('api');
  app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
  app.enableShutdownHooks();
  await app.register(multipart, {
    limits: { files: 1, fileSize: maxFileSize },
  });
  // Only an application that is initialised knows all of its routes.
  await app.init();
  SwaggerModule.setup('docs', app, await describeApi(app));
}

async function describeApi(
  app: NestFastifyApplication,
): Promise<OpenAPIObject> {
  const { info, components } = new DocumentBuilder()
    .setTitle('Clinic')
    .setDescription('Patients, doctors and their appointments.')
    .setVersion('1.0')
    .addBearerAuth()
    .build();
  const document = await openApiOf(app, info);
  return {
    ...document,
    components: { ...components, ...document.components },
    security: [{ bearer: [] }],
  };
}
