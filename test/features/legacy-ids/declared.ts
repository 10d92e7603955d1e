import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { dualIdDataSource } from 'nest-dual-id';
import { diagnose } from 'nest-dual-id/doctor';
import { DataSource } from 'typeorm';
import { urlAs } from '../../support/roles.js';
import { depotEntities } from './depot.entities.js';
import type { Depot } from './depot.js';

/** The exceptions that the doctor lists for an application. */
export async function declaredExceptions(
  depot: Depot,
  app: NestFastifyApplication,
): Promise<readonly string[]> {
  const declared: string[] = [];
  const source = dualIdDataSource({ url: urlAs('owner', depot.url), entities: depotEntities });
  const dataSource = await new DataSource(source).initialize();
  await diagnose({
    dataSource,
    views: [],
    application: () => Promise.resolve(app),
    onDeclared: ({ place, what }) => declared.push(`${place}: ${what}`),
  });
  await dataSource.destroy();
  return declared;
}
