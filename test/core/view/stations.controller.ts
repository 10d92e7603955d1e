import { Body, Controller, Get, Inject, Post } from '@nestjs/common';
import { IsString } from 'class-validator';
import { Bind, PageOf, Repositories, Returns, ReturnsPage, ReturnsSchema } from 'nest-dual-id';
import type { Page, PageRequest } from 'nest-dual-id';
import { Idempotent } from 'nest-dual-id/idempotency';
import {
  Meter,
  MeterView,
  PartsView,
  Reading,
  ReadingView,
  SettingsView,
  StationMetersView,
  ValuesView,
} from '../../support/stations/stations.entities.js';

/** A meter whose settings are JSON as text. */
class NewMeter {
  @IsString() name!: string;
  @IsString() settings!: string;
}

class Named {
  @IsString() name!: string;
}

/** Reads and writes meters whose rows may hold what JSON, or a schema, cannot. */
@Controller()
export class StationsController {
  constructor(@Inject(Repositories) private readonly repositories: Repositories) {}

  @Get('values/:uuid') @Returns(ValuesView) value(@Bind('uuid', ValuesView) meter: ValuesView) {
    return meter;
  }

  @Get('values') @ReturnsPage(ValuesView) values(
    @PageOf(ValuesView) page: PageRequest,
  ): Promise<Page<ValuesView>> {
    return this.repositories.of(Meter).page(ValuesView, page);
  }

  @Get('totals/:uuid') @Returns(PartsView) total(@Bind('uuid', PartsView) meter: PartsView) {
    return meter;
  }

  @Get('totals') @ReturnsPage(PartsView) totals(
    @PageOf(PartsView) page: PageRequest,
  ): Promise<Page<PartsView>> {
    return this.repositories.of(Meter).page(PartsView, page);
  }

  @Get('meters/:uuid') @Returns(SettingsView) one(@Bind('uuid', SettingsView) meter: SettingsView) {
    return meter;
  }

  @Get('meters') @ReturnsPage(SettingsView) all(
    @PageOf(SettingsView) page: PageRequest,
  ): Promise<Page<SettingsView>> {
    return this.repositories.of(Meter).page(SettingsView, page);
  }

  @Get('stations/:uuid') @Returns(StationMetersView) station(
    @Bind('uuid', StationMetersView) station: StationMetersView,
  ) {
    return station;
  }

  @Get('readings') @ReturnsPage(ReadingView) readings(
    @PageOf(ReadingView) page: PageRequest,
  ): Promise<Page<ReadingView>> {
    return this.repositories.of(Reading).page(ReadingView, page);
  }

  @Post('meters') @Idempotent() @Returns(SettingsView) create(
    @Body() { name, settings }: NewMeter,
  ): Promise<SettingsView> {
    const parsed = JSON.parse(settings) as object;
    return this.repositories.of(Meter).create(SettingsView, { name, settings: parsed });
  }

  /** Its response does not match its declaration. */
  @Post('careless')
  @Idempotent()
  @ReturnsSchema({
    type: 'object',
    properties: { ratio: { type: 'number' } },
    required: ['ratio'],
    additionalProperties: false,
  })
  async careless(@Body() { name }: Named): Promise<object> {
    await this.repositories.of(Meter).create(MeterView, { name });
    return { ratio: NaN };
  }
}
