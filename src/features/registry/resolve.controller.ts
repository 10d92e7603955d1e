import { Controller, Get, Inject } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { PublicIdParam } from '../../core/http/binding.decorators.js';
import { ReturnsSchema } from '../../core/http/route.decorators.js';
import type { PublicId } from '../../core/ids/ids.js';
import { Passport } from '../../core/passport/passport.entity.js';
import type { Resolution } from './registry.service.js';
import { RegistryService } from './registry.service.js';
import { WithoutEnvelope } from '../../core/http/envelope.js';
import { Describe, Tag } from '../../core/http/describe.decorators.js';
import { resolution } from './api/response-schemas.js';
import { registryTag, resolveDocs } from './registry-docs.js';

/** Makes the controller of `GET /resolve/:uuid`: what a public id is, and where the API keeps it. */
export function resolveController(access?: ClassDecorator): Type {
  @Tag(registryTag)
  @Controller('resolve')
  @WithoutEnvelope()
  class ResolveController {
    constructor(@Inject(RegistryService) private readonly registry: RegistryService) {}

    @Describe(resolveDocs)
    @Get(':uuid')
    @ReturnsSchema(resolution)
    async resolve(@PublicIdParam('uuid', Passport) uuid: PublicId<Passport>): Promise<Resolution> {
      return this.registry.resolve(uuid);
    }
  }

  access?.(ResolveController);
  return ResolveController;
}
