import { Body, Controller, Delete, Inject, Post } from '@nestjs/common';
import { IsString } from 'class-validator';
import {
  installDualId,
  PlainParam,
  PublicIdParam,
  Repositories,
  Returns,
  ReturnsNothing,
  ReturnsSchema,
} from 'nest-dual-id';
import type { PublicId, SchemaRunner } from 'nest-dual-id';
import { Idempotent, IdempotencyModule, installIdempotency } from 'nest-dual-id/idempotency';
import type { FastifyRequest } from 'fastify';
import type { HttpResponse } from '../../support/http-client.js';
import type { Example } from '../../support/example.js';
import { startExample } from '../../support/example.js';
import { columnsWith } from '../../support/find-person.js';
import {
  inputOf,
  makePatients,
  Patient,
  PatientView,
  Visitor,
  VisitorView,
  wordsOfPatient,
} from '../../support/patients.js';

class Named {
  @IsString() name!: string;
}

const greeting = {
  type: 'object',
  additionalProperties: false,
  required: ['text'],
  properties: { text: { type: 'string' } },
} as const;

/** State shared by handlers and tests. */
export const seen = {
  /** How often a handler has run. */
  runs: 0,
  /** The people whom `/greetings/:to` is about without naming them. */
  last: '',
};

@Controller()
class PatientsController {
  constructor(@Inject(Repositories) private readonly repositories: Repositories) {}

  @Post('patients')
  @Idempotent()
  @Returns(PatientView)
  create(@Body() { name }: Named): Promise<PatientView> {
    seen.runs += 1;
    return this.repositories.of(Patient).create(PatientView, inputOf(name) as never);
  }

  @Post('visitors')
  @Idempotent()
  @Returns(VisitorView)
  visit(@Body() { name }: Named): Promise<VisitorView> {
    seen.runs += 1;
    return this.repositories.of(Visitor).create(VisitorView, { name });
  }

  @Post('patients/:patientUuid/greetings')
  @Idempotent()
  @ReturnsSchema(greeting)
  async greet(@PublicIdParam('patientUuid', Patient) uuid: PublicId<Patient>) {
    seen.runs += 1;
    const { name } = await this.repositories.of(Patient).get(PatientView, uuid);
    return { text: `Good morning, ${name}` };
  }

  @Post('greetings/:to')
  @Idempotent()
  @ReturnsSchema(greeting)
  async greetLast(@PlainParam('to') _to: string) {
    return this.greet(seen.last as PublicId<Patient>);
  }

  @Delete('patients/:patientUuid')
  @Idempotent()
  @ReturnsNothing()
  async erase(@PublicIdParam('patientUuid', Patient) uuid: PublicId<Patient>): Promise<void> {
    seen.runs += 1;
    await this.repositories.of(Patient).erase(uuid);
  }
}

async function migrate(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await installIdempotency(runner);
  await makePatients(runner);
}

/** An application whose responses to requests with a key are about patients. */
export interface Ward {
  readonly example: Example;
  ask(
    method: string,
    path: string,
    key: string,
    body?: object,
    headers?: object,
  ): Promise<HttpResponse>;
  create(key: string, name?: string, path?: string): Promise<PublicId<Patient>>;
  erase(uuid: string): Promise<void>;
  /** The columns that identify the patient. */
  found(): Promise<string[]>;
}

/** Starts the application. */
export async function startWard(): Promise<Ward> {
  const caller = ({ headers }: FastifyRequest) => headers.authorization ?? 'anonymous';
  const about = ({ url }: { url: string }) => (url === '/greetings/about' ? [seen.last] : []);
  const example = await startExample({
    entities: [Patient, Visitor],
    controllers: [PatientsController],
    imports: [IdempotencyModule.forRoot({ caller, about })],
    migrate,
  });
  const ask: Ward['ask'] = (method, path, key, body, headers = {}) =>
    example.ask(method, path, {
      headers: { 'idempotency-key': key, ...headers },
      ...(body && { body }),
    });
  const patients = example.app.get(Repositories).of(Patient);
  return {
    example,
    ask,
    create: async (key, name = 'Zebulon Quagmire', path = '/patients') =>
      (await ask('POST', path, key, { name })).body.uuid as PublicId<Patient>,
    erase: (uuid) => patients.erase(uuid as PublicId<Patient>),
    found: () => columnsWith((text) => example.sql(text) as never, wordsOfPatient),
  };
}
