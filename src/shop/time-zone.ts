import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';

/** Injection token of the shop's time zone, for the day and hour of orders. */
export const TIME_ZONE = Symbol('shop:time-zone');

/** Provides the time zone to the whole shop. */
@Module({})
export class TimeZoneModule {
  static forRoot(timeZone: string): DynamicModule {
    const provider = { provide: TIME_ZONE, useValue: timeZone };
    return { module: TimeZoneModule, global: true, providers: [provider], exports: [TIME_ZONE] };
  }
}
