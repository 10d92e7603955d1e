import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';

/** Injection token of the shop's time zone, in which orders get their day and hour. */
export const TIME_ZONE = Symbol('shop:time-zone');

/** Tells the whole shop its time zone. */
@Module({})
export class TimeZoneModule {
  static forRoot(timeZone: string): DynamicModule {
    const provider = { provide: TIME_ZONE, useValue: timeZone };
    return { module: TimeZoneModule, global: true, providers: [provider], exports: [TIME_ZONE] };
  }
}
