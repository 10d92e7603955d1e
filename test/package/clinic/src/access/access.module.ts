import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { Refusals } from './refusals.js';
import { RefusalsFilter } from './refusals.filter.js';
import { TokenGuard } from './token.guard.js';

@Module({
  providers: [
    Refusals,
    { provide: APP_GUARD, useClass: TokenGuard },
    { provide: APP_FILTER, useClass: RefusalsFilter },
  ],
})
export class AccessModule {}
