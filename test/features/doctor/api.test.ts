import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiHeader } from '@nestjs/swagger';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Type } from 'class-transformer';
import { IsInt, IsString, ValidateNested } from 'class-validator';
import {
  Computed,
  Field,
  IsPublicId,
  ListOf,
  Returns,
  ReturnsNothing,
  ReturnsSchema,
  View,
} from 'nest-dual-id';
import type { PublicId } from 'nest-dual-id';
import { diagnose } from 'nest-dual-id/doctor';
import type { Clinic } from './clinic.js';
import { openClinic, Patient, PatientView } from './clinic.js';

let clinic: Clinic;
beforeAll(async () => {
  clinic = await openClinic();
  await clinic.renew();
});
afterAll(() => clinic.stop());

async function findings(...controllers: (new () => object)[]): Promise<string[]> {
  const found = await diagnose({
    dataSource: clinic.dataSource,
    application: clinic.app(...controllers),
  });
  return found.map(({ code, place }) => `${code} ${place}`);
}

class Bed {
  @IsInt()
  number!: number;
}

class Admission {
  @IsString()
  name!: string;

  @IsPublicId(Patient)
  companionUuid!: PublicId<Patient>;

  @ListOf(() => Bed, { min: 1, max: 2 })
  beds!: Bed[];
}

@Controller('patients')
class GoodController {
  @Get()
  @Returns(PatientView)
  one(): unknown {
    return null;
  }

  @Post()
  @ReturnsNothing()
  admit(@Body() _input: Admission): void {}
}

test('a clean API has no findings', async () => {
  expect(await findings(GoodController)).toEqual([]);
});

const wanted = { showsNoId: 'The test wants it.' };

@View(Patient, { name: 'NumberedPatient' })
class NumberedView {
  @Field() uuid!: PublicId<Patient>;
  @Computed({ type: 'integer' }, (row) => `${row('id')} + 0`, wanted) ward!: number;
  @Computed({ type: 'string' }, (row) => `${row('id')}::text || ''`, wanted) wardUuid!: string;
}

class WardInput {
  @IsInt()
  ward!: number;

  @IsString()
  companionUuid!: string;

  @ValidateNested()
  @Type(() => Bed)
  bed!: Bed;
}

@Controller('sick')
class SickController {
  @Get('numbered')
  @Returns(NumberedView)
  numbered(): unknown {
    return null;
  }

  @Get('counted')
  @ReturnsSchema({ type: 'object', properties: { ward: { type: 'integer' } } })
  counted(): unknown {
    return {};
  }

  @Get('weighed')
  @Returns(PatientView)
  weighed(): unknown {
    return null;
  }

  @Post('admitted')
  @ReturnsNothing()
  admit(@Body() _input: WardInput): void {}

  @Get('asked')
  @ApiHeader({ name: 'patientId', schema: { type: 'integer' } })
  @ReturnsNothing()
  asked(@Query('q') _text: string): void {}

  @Get('hidden')
  @ApiExcludeEndpoint()
  @ReturnsNothing()
  hidden(): void {}
}

describe('an API with faults', () => {
  let found: string[];
  beforeAll(async () => {
    // The entity knows a plain number, the database a reference.
    await clinic.sql('ALTER TABLE wards ADD CONSTRAINT w_uq UNIQUE (id)');
    await clinic.sql(`ALTER TABLE patients ADD CONSTRAINT patients_weight_fk
      FOREIGN KEY (weight) REFERENCES patients (id)`);
    found = await findings(SickController);
  });

  test.each([
    'numeric_id_in_view NumberedPatient.ward',
    'numeric_id_in_view NumberedPatient.wardUuid',
    'numeric_id_in_view GET /sick/counted.ward',
    'reference_shown PatientView.weight',
    'numeric_id_in_input POST /sick/admitted WardInput.ward',
    'numeric_id_in_input POST /sick/admitted WardInput.companionUuid',
    'numeric_id_in_input POST /sick/admitted WardInput.bed',
    'openapi_internal_id GET /sick/asked patientId',
    'route_undocumented GET /sick/hidden',
  ])('has the finding %s', (finding) => {
    expect(found).toContain(finding);
  });
});

@Controller('open')
class OpenController {
  @Get()
  anything(): unknown {
    return {};
  }
}

test('an application that refuses to start is a finding with its own message', async () => {
  const [first] = await diagnose({
    dataSource: clinic.dataSource,
    application: clinic.app(OpenController),
  });
  expect(first?.code).toBeDefined();
  expect(await findings(OpenController)).toContain('application_refused the application');
});

@View(Patient)
class LeakyView {
  @Field('id') number!: string;
}

test('a view that cannot be compiled is a finding, and does not stop the other checks', async () => {
  const found = await diagnose({ dataSource: clinic.dataSource, views: [LeakyView, PatientView] });
  expect(found).toContainEqual(
    expect.objectContaining({
      code: 'application_refused',
      place: 'LeakyView',
      problem: expect.stringContaining('would show an internal id'),
    }),
  );
});
