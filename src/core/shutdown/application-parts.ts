import type { INestApplication } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';

/** The pools of every data source, whatever its name. */
export function poolsOf(app: INestApplication): readonly Pool[] {
  const sources = new Set(instancesOf(app, DataSource));
  return [...sources].flatMap(({ driver }) => {
    const { master, slaves = [] } = driver as unknown as { master?: Pool; slaves?: Pool[] };
    return master ? slaves.concat(master) : [];
  });
}

/** The providers of a class. Asking the application for one it does not have would end it. */
export function instancesOf<T>(
  app: INestApplication,
  type: abstract new (...args: never[]) => T,
): T[] {
  const modules = [...app.get(ModulesContainer).values()];
  return modules
    .flatMap(({ providers }) => Array.from(providers.values()))
    .map(({ instance }) => instance as unknown)
    .filter((instance): instance is T => instance instanceof type);
}
