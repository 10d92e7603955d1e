import { Controller, Get, Inject } from '@nestjs/common';
import { Readiness, ReturnsSchema } from 'nest-dual-id';
import type { JsonSchema } from 'nest-dual-id';

const health: JsonSchema = {
  title: 'Health',
  type: 'object',
  properties: { status: { type: 'string', enum: ['ok'] } },
  required: ['status'],
  additionalProperties: false,
};

/** Tells a supervisor whether the process lives and whether it can serve. */
@Controller('health')
export class HealthController {
  constructor(@Inject(Readiness) private readonly readiness: Readiness) {}

  @Get('live')
  @ReturnsSchema(health)
  live() {
    return { status: 'ok' };
  }

  /** 503 while the database cannot be reached or written, and while the shop stops. */
  @Get('ready')
  @ReturnsSchema(health)
  async ready() {
    await this.readiness.check();
    return { status: 'ok' };
  }
}
