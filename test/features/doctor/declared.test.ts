import { NestFactory } from '@nestjs/core';
import { Controller, Get } from '@nestjs/common';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  Computed,
  DualIdFastifyAdapter,
  Field,
  Returns,
  ReturnsNothing,
  Unshaped,
  View,
} from 'nest-dual-id';
import type { PublicId } from 'nest-dual-id';
import { diagnose } from 'nest-dual-id/doctor';
import { moduleOf } from '../../support/api.js';
import type { Clinic } from './clinic.js';
import { openClinic, Patient, Ward } from './clinic.js';

let clinic: Clinic;
beforeAll(async () => {
  clinic = await openClinic();
  await clinic.renew();
});
afterAll(() => clinic.stop());

const check = { showsNoId: 'a check digit tells nothing of the number' };

@View(Patient, { name: 'CheckedPatient' })
class CheckedPatient {
  @Field() uuid!: PublicId<Patient>;
  @Computed({ type: 'integer' }, (row) => `(${row('id')} % 7)::integer`, check)
  checkDigit!: number;
}

@Controller('patients')
class PatientsController {
  @Get()
  @Returns(CheckedPatient)
  one(): unknown {
    return null;
  }

  @Get('photo')
  @Unshaped('bytes of a picture')
  photo(): void {}
}

@Controller('metrics')
class MetricsController {
  @Get()
  @ReturnsNothing()
  all(): void {}
}

test('the doctor lists what is declared outside a rule, with its reason', async () => {
  const parts = {
    url: clinic.url,
    entities: [Ward, Patient],
    controllers: [PatientsController, MetricsController],
    options: { exempt: { '/metrics': 'Prometheus', ChatGateway: 'sends public ids only' } },
  };
  const told: string[] = [];
  await diagnose({
    dataSource: clinic.dataSource,
    application: () =>
      NestFactory.create(moduleOf(parts), new DualIdFastifyAdapter(), {
        logger: false,
        abortOnError: false,
      }),
    onDeclared: ({ place, what }) => told.push(`${place}: ${what}`),
  });
  expect(told).toEqual([
    '/metrics: exempt: Prometheus',
    'ChatGateway: exempt: sends public ids only',
    'CheckedPatient.checkDigit: shows no id: a check digit tells nothing of the number',
    'GET /patients/photo: unshaped: bytes of a picture',
  ]);
});
