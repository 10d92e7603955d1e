import { Controller, Get, Inject } from '@nestjs/common';
import { Describe, Public, Readiness, ReturnsSchema, Tag } from 'nest-dual-id';
import type { JsonSchema } from 'nest-dual-id';
import { healthDocs } from './health.docs.js';
import { healthTag } from '../docs/tags.js';

const health: JsonSchema = {
  title: 'Health',
  type: 'object',
  properties: {
    status: {
      type: 'string',
      enum: ['ok'],
      description: 'Always ok: a shop that cannot serve returns 503 instead.',
    },
  },
  required: ['status'],
  additionalProperties: false,
};

/** Tells a supervisor whether the process lives and whether it can serve. */
@Tag(healthTag)
@Controller('health')
@Public()
export class HealthController {
  constructor(@Inject(Readiness) private readonly readiness: Readiness) {}

  @Describe(healthDocs.live)
  @Get('live')
  @ReturnsSchema(health)
  live() {
    return { status: 'ok' };
  }

  /** 503 while the database cannot be reached or written, and while the shop stops. */
  @Describe(healthDocs.ready)
  @Get('ready')
  @ReturnsSchema(health)
  async ready() {
    await this.readiness.check();
    return { status: 'ok' };
  }
}
