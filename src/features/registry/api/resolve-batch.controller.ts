import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { ArrayMaxSize, ArrayMinSize, IsArray } from 'class-validator';
import { IsPublicId } from '../../../core/body/body-fields.js';
import { ReturnsSchema } from '../../../core/http/route.decorators.js';
import type { PublicId } from '../../../core/ids/ids.js';
import { Passport } from '../../../core/passport/passport.entity.js';
import type { BatchResolution } from '../registry.service.js';
import { RegistryService } from '../registry.service.js';
import { resolutions } from './response-schemas.js';
import { WithoutEnvelope } from '../../../core/http/envelope.js';
import { Describe, Tag } from '../../../core/http/describe.decorators.js';
import { registryTag, resolveBatchDocs } from '../registry-docs.js';

/** Public ids of any kind, to be resolved together. */
export class ResolveBatch {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsPublicId(Passport, { each: true })
  uuids!: PublicId<Passport>[];
}

/**
 * Makes the controller of `POST /registry/resolve`: what many public ids are; each of them has a
 * status of its own.
 */
export function resolveBatchController(access?: ClassDecorator): Type {
  @Tag(registryTag)
  @Controller('registry')
  @WithoutEnvelope()
  class ResolveBatchController {
    constructor(@Inject(RegistryService) private readonly registry: RegistryService) {}

    @Describe(resolveBatchDocs)
    @Post('resolve')
    @HttpCode(200)
    @ReturnsSchema(resolutions)
    async resolve(@Body() { uuids }: ResolveBatch): Promise<{ items: BatchResolution[] }> {
      return { items: await this.registry.resolveMany(uuids) };
    }
  }

  access?.(ResolveBatchController);
  return ResolveBatchController;
}
