import { afterEach, describe, expect, test } from '@jest/globals';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import type { DualIdModuleOptions } from 'nest-dual-id';
import { inspectApplication } from 'nest-dual-id/testing';
import { DataSource } from 'typeorm';
import type { Notebook } from './notebook.js';
import { Note, notebook, Owner } from './notebook.js';

let running: Notebook | undefined;
afterEach(() => running?.stop());

const text = { type: 'string' } as const;
const envelope: DualIdModuleOptions['envelope'] = {
  schema: { type: 'object', properties: { meta: { type: 'object', properties: { at: text } } } },
  from: () => ({ meta: { at: 'now' } }),
};
const errorFormat: DualIdModuleOptions['errorFormat'] = {
  schema: { type: 'object', properties: { reason: text }, required: ['reason'] },
  from: ({ code }) => ({ reason: code }),
};

/** Nest's documented filter. */
@Catch()
class PlainFilter implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost): void {
    const { status = 500 } = exception as { readonly status?: number };
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    void reply.status(status).send({ statusCode: status, timestamp: new Date().toISOString() });
  }
}

async function inspect(
  options: DualIdModuleOptions,
  prepare?: (app: NestFastifyApplication) => void,
) {
  running = await notebook([], prepare, options);
  const { app } = running;
  const seed = async () => {
    const owners = await app
      .get(DataSource)
      .getRepository(Owner)
      .save([{ name: 'Ada' }, { name: 'Karl' }]);
    const notes = owners.map((owner) => ({ owner, title: 'Note' }));
    await app.get(DataSource).getRepository(Note).save(notes);
  };
  return inspectApplication(app, { seed });
}

describe('an application is searched like any other', () => {
  test.each<[string, DualIdModuleOptions]>([
    ['whose answers are in an envelope', { envelope }],
    ['whose errors have a form of their own', { errorFormat }],
    [
      'whose errors are problems with something more',
      { errorFormat: { ...errorFormat, mediaType: 'application/problem+json' } },
    ],
  ])('%s', async (_what, options) => {
    const { findings, routes } = await inspect(options);
    expect(findings).toEqual([]);
    expect(routes.filter(({ succeeded }) => succeeded === 0)).toEqual([]);
  });

  test("whose filter responds in Nest's format", async () => {
    const { findings } = await inspect({}, (app) => void app.useGlobalFilters(new PlainFilter()));
    expect(findings).toEqual([]);
  });
});
