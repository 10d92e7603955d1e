import { Controller, Get, Inject, Module } from '@nestjs/common';
import type { HealthCheckResult } from '@nestjs/terminus';
import {
  HealthCheck,
  HealthCheckService,
  HealthIndicatorService,
  MemoryHealthIndicator,
  TerminusModule,
} from '@nestjs/terminus';
import type { JsonSchema } from 'nest-dual-id';
import { DualIdModule, Readiness, ReturnsSchema } from 'nest-dual-id';
import { InvoicesModule } from './invoices.module.js';

const indicator: JsonSchema = {
  type: 'object',
  properties: { status: { type: 'string', enum: ['up'] } },
  required: ['status'],
  additionalProperties: false,
};

const health: JsonSchema = {
  title: 'Health',
  type: 'object',
  properties: {
    status: { type: 'string', enum: ['ok'] },
    details: {
      type: 'object',
      properties: { database: indicator, heap: indicator },
      required: ['database', 'heap'],
      additionalProperties: false,
    },
  },
  required: ['status', 'details'],
  additionalProperties: false,
};

@Controller('health')
export class HealthController {
  constructor(
    @Inject(HealthCheckService) private readonly checks: HealthCheckService,
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
    @Inject(MemoryHealthIndicator) private readonly memory: MemoryHealthIndicator,
    @Inject(Readiness) private readonly readiness: Readiness,
  ) {}

  @Get()
  @HealthCheck()
  @ReturnsSchema(health)
  check(): Promise<HealthCheckResult> {
    return this.checks.check([
      () => this.indicators.check('database').attempt(() => this.readiness.check()),
      () => this.memory.checkHeap('heap', 1024 ** 3),
    ]);
  }
}

@Module({
  imports: [InvoicesModule, DualIdModule.forRoot({ exceptionMessages: 'keep' }), TerminusModule],
  controllers: [HealthController],
})
export class AppModule {}
