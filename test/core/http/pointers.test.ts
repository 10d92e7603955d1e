import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Body, Controller, Post } from '@nestjs/common';
import { Expose, Transform } from 'class-transformer';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { PlainParam, problem, ReturnsNothing } from 'nest-dual-id';
import type { Api } from '../../support/api.js';
import { startApi } from '../../support/api.js';
import type { TestDatabase } from '../../support/database.js';
import { freshDatabase } from '../../support/database.js';

class Named {
  @Expose({ name: 'full_name' }) @IsString() @MaxLength(3) fullName!: string;
  @Transform(({ value }: { value: unknown }) => value) @IsOptional() @IsString() note?: string;
}

/** Throws what the database would report about columns with these names. */
@Controller('things')
class ThingsController {
  @Post('named')
  @ReturnsNothing()
  named(@Body() _input: Named): void {}

  @Post(':owner/:column')
  @ReturnsNothing()
  fail(@PlainParam('owner') _owner: string, @PlainParam('column') column: string): void {
    const errors = [{ pointer: `/${column.replaceAll('.', '/')}`, detail: 'does not exist' }];
    throw problem('missing_reference', { errors });
  }
}

let database: TestDatabase;
let api: Api;
beforeAll(async () => {
  database = await freshDatabase();
  api = await startApi({ url: database.url, entities: [], controllers: [ThingsController] });
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const errorsOf = async (path: string, body: unknown) =>
  (await api.ask('POST', path, { body })).body.errors;

test.each([
  ['name', { name: 'x' }, { pointer: '/name', detail: 'does not exist' }],
  ['home.city', { home: { city: 'x' } }, { pointer: '/home/city', detail: 'does not exist' }],
  ['owner', { name: 'x' }, { parameter: 'owner', detail: 'does not exist' }],
  ['made', { name: 'x' }, { detail: 'does not exist' }],
  ['home.city', { home: 'x' }, { detail: 'does not exist' }],
])('an error of the column %s points to its place in %j', async (column, body, error) => {
  expect(await errorsOf(`/things/me/${column}`, body)).toEqual([error]);
});

test('a broken rule points to the name that was sent', async () => {
  expect(await errorsOf('/things/named', { full_name: 'long' })).toEqual([
    expect.objectContaining({ pointer: '/full_name' }),
  ]);
  // A property that was not sent has only one error.
  expect(await errorsOf('/things/named', {})).toEqual([
    { pointer: '/full_name', detail: 'is required' },
  ]);
});
