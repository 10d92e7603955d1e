import { Controller, Get, Inject } from '@nestjs/common';
import { PublicIdParam } from '../../core/http/binding.decorators.js';
import { ReturnsSchema } from '../../core/http/route.decorators.js';
import type { PublicId } from '../../core/ids/ids.js';
import { Passport } from '../../core/passport/passport.entity.js';
import type { Resolution } from './registry.service.js';
import { RegistryService } from './registry.service.js';
import { WithoutEnvelope } from '../../core/http/envelope.js';

/** `GET /resolve/:uuid`: what a public id is, and where the API keeps it. */
@Controller('resolve')
@WithoutEnvelope()
export class ResolveController {
  constructor(@Inject(RegistryService) private readonly registry: RegistryService) {}

  @Get(':uuid')
  @ReturnsSchema({
    type: 'object',
    properties: {
      uuid: { type: 'string', format: 'uuid' },
      type: { type: 'string', description: 'The kind of entity, such as order.' },
      status: { type: 'string', enum: ['active', 'archived'] },
      href: { type: ['string', 'null'], description: 'Its address, or null when it has none.' },
    },
    required: ['uuid', 'type', 'status', 'href'],
    additionalProperties: false,
  })
  async resolve(@PublicIdParam('uuid', Passport) uuid: PublicId<Passport>): Promise<Resolution> {
    return this.registry.resolve(uuid);
  }
}
