import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { DualIdFastifyAdapter } from 'nest-dual-id';
import { testDatabase } from 'nest-dual-id/testing';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { AppModule } from '../src/app.module.js';
import { configureApp } from '../src/configure-app.js';
import { clinicDataSource } from '../src/database.js';

/** The clinic on a database of its own, as the end-to-end tests call it. */
export interface Clinic {
  readonly app: NestFastifyApplication;
  readonly doctor: Caller;
  readonly reception: Caller;
  readonly nobody: Caller;
  /** Runs SQL on its database. */
  sql<Row>(text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** Sends requests with the token of one role; paths begin behind the prefix and the version. */
export type Caller = (
  method: 'get' | 'post' | 'put' | 'patch' | 'delete',
  path: string,
  body?: object,
) => request.Test;

export const api = '/api/v1';
export const tokens = {
  doctor: 'token-of-a-doctor',
  reception: 'token-of-the-reception',
};

/** Starts the clinic as Nest's own end-to-end tests do. */
export async function startClinic(): Promise<Clinic> {
  const database = await testDatabase({ migrations: clinicDataSource });
  process.env.DATABASE_URL = database.url;
  process.env.DOCTOR_TOKEN = tokens.doctor;
  process.env.RECEPTION_TOKEN = tokens.reception;
  const module = await Test.createTestingModule({
    imports: [AppModule],
  }).compile();
  const app = module.createNestApplication<NestFastifyApplication>(
    new DualIdFastifyAdapter(),
  );
  await configureApp(app);
  await app.listen(0, '127.0.0.1');
  const callerWith =
    (token?: string): Caller =>
    (method, path, body) => {
      const sent = request(app.getHttpServer())[method](`${api}${path}`);
      if (token) void sent.set('Authorization', `Bearer ${token}`);
      return sent.send(body);
    };
  return {
    app,
    doctor: callerWith(tokens.doctor),
    reception: callerWith(tokens.reception),
    nobody: callerWith(),
    sql: (text, values) => app.get(DataSource).query(text, values),
    close: async () => {
      await app.close();
      await database.drop();
    },
  };
}
