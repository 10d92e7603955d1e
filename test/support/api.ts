import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Module } from '@nestjs/common';
import type { ModuleMetadata, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DualIdFastifyAdapter, DualIdModule, dualIdDataSource } from 'nest-dual-id';
import type { DualIdModuleOptions } from 'nest-dual-id';

/** What an application of a test is made of. */
export interface ApiParts extends Pick<ModuleMetadata, 'controllers' | 'providers' | 'imports'> {
  readonly url: string;
  readonly entities: readonly Function[];
  readonly options?: DualIdModuleOptions;
  readonly adapter?: DualIdFastifyAdapter;
  /** Meets the application before it listens. */
  readonly prepare?: (app: NestFastifyApplication) => void;
}

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body, read as JSON. */
  readonly json: Record<string, unknown>;
}

/** What a request carries besides its method and path. */
export interface Sent {
  /** A text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** A listening application. */
export interface Api {
  readonly app: NestFastifyApplication;
  ask(method: string, path: string, sent?: Sent): Promise<Answer>;
  get(path: string): Promise<Answer>;
  close(): Promise<void>;
}

/** Starts an application on a free port of 127.0.0.1; what refuses to boot rejects. */
export async function startApi(parts: ApiParts): Promise<Api> {
  const app = await createApi(parts);
  try {
    await app.listen(0, '127.0.0.1');
  } catch (error) {
    await app.close();
    throw error;
  }
  const ask = clientOf(app);
  return { app, ask, get: (path) => ask('GET', path), close: () => app.close() };
}

/** Asks a listening application over HTTP. */
export function clientOf(app: NestFastifyApplication): Api['ask'] {
  const { port } = app.getHttpServer().address() as AddressInfo;
  return (method, path, sent = {}) =>
    send({ port, method, path, host: '127.0.0.1', agent: false }, sent);
}

/** The sentence with which an application refuses to boot. */
export async function refusalOf(parts: ApiParts): Promise<string> {
  const outcome = await startApi(parts).catch((error: unknown) => error as Error);
  if (outcome instanceof Error) return outcome.message;
  await outcome.close();
  return 'It boots.';
}

/** The sentence with which an application refuses the routes of one controller at /things. */
export function routeRefusal(
  parts: Pick<ApiParts, 'url' | 'entities'>,
  controller: new () => object,
): Promise<string> {
  Controller('things')(controller);
  return refusalOf({ ...parts, controllers: [controller] });
}

/** The module of an application. */
export function moduleOf(parts: ApiParts): Type {
  const { url, entities, controllers = [], providers = [], imports = [], options = {} } = parts;
  class TestModule {}
  Module({
    imports: [
      TypeOrmModule.forRoot({ ...dualIdDataSource({ url, entities }), retryAttempts: 0 }),
      DualIdModule.forRoot(options),
      ...imports,
    ],
    controllers,
    providers,
  })(TestModule);
  return TestModule;
}

/** As the end-to-end tests of an application make it: its adapter comes last. */
async function createApi(parts: ApiParts): Promise<NestFastifyApplication> {
  const testing = Test.createTestingModule({ imports: [moduleOf(parts)] });
  const module = await testing.setLogger(silent).compile();
  const app = module.createNestApplication<NestFastifyApplication>(
    parts.adapter ?? new DualIdFastifyAdapter(),
    { logger: false },
  );
  parts.prepare?.(app);
  return app;
}

const nothing = () => undefined;
const silent = { log: nothing, warn: nothing, error: nothing };

function send(
  options: { port: number; method: string; path: string; host: string; agent: false },
  { body, headers = {} }: Sent,
): Promise<Answer> {
  const payload = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  const type = payload === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const asked = request({ ...options, headers: { ...type, ...headers } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        const { statusCode = 0, headers: received } = response;
        const json = () => JSON.parse(text) as Record<string, unknown>;
        const answer = { status: statusCode, headers: received, text };
        resolve(Object.defineProperty(answer, 'json', { get: json }) as Answer);
      });
    });
    asked.on('error', reject);
    asked.end(payload);
  });
}
