import { Body, Controller, Delete, Get, Inject, Put, UseGuards } from '@nestjs/common';
import type { CanActivate, Type } from '@nestjs/common';
import { IsOptional } from 'class-validator';
import { ObjectOf } from '../../core/body/body-fields.js';
import { PublicIdParam } from '../../core/http/binding.decorators.js';
import { PlainParam } from '../../core/http/plain-parameters.js';
import { ReturnsNothing, ReturnsSchema } from '../../core/http/route.decorators.js';
import type { PublicId } from '../../core/ids/ids.js';
import { inputSchema } from '../../core/openapi/input-schema.js';
import { Passport } from '../../core/passport/passport.entity.js';
import type { Relation, RelationMetadata } from './relation.js';
import { RelationsService } from './relations.service.js';
import { relationSchema } from './response-schemas.js';
import { WithoutEnvelope } from '../../core/http/envelope.js';

type Uuid = PublicId<Passport>;

const otherEnd = { unscoped: 'both ends of an edge stand on their own' };
const edgePath = ':uuid/relations/:relation/:toUuid';

/** Makes the controller of single edges, whose metadata has the shape that the application declares. */
export function edgesController(
  metadata: new () => object,
  guards: readonly Type<CanActivate>[],
): Type {
  const shape = inputSchema(metadata);

  class SetRelation {
    @IsOptional()
    @ObjectOf(() => metadata)
    metadata?: RelationMetadata | null;
  }

  @Controller('registry')
  @WithoutEnvelope()
  @UseGuards(...guards)
  class EdgesController {
    constructor(@Inject(RelationsService) private readonly relations: RelationsService) {}

    @Get(edgePath)
    @ReturnsSchema(relationSchema(shape))
    get(
      @PublicIdParam('uuid', Passport) fromUuid: Uuid,
      @PlainParam('relation') relation: string,
      @PublicIdParam('toUuid', Passport, otherEnd) toUuid: Uuid,
    ): Promise<Relation> {
      return this.relations.get({ fromUuid, relation, toUuid });
    }

    @Put(edgePath)
    @ReturnsSchema(relationSchema(shape))
    put(
      @PublicIdParam('uuid', Passport) fromUuid: Uuid,
      @PlainParam('relation') relation: string,
      @PublicIdParam('toUuid', Passport, otherEnd) toUuid: Uuid,
      @Body() input: SetRelation,
    ): Promise<Relation> {
      return this.relations.relate({ fromUuid, relation, toUuid, metadata: input.metadata });
    }

    @Delete(edgePath)
    @ReturnsNothing()
    remove(
      @PublicIdParam('uuid', Passport) fromUuid: Uuid,
      @PlainParam('relation') relation: string,
      @PublicIdParam('toUuid', Passport, otherEnd) toUuid: Uuid,
    ): Promise<void> {
      return this.relations.unrelate({ fromUuid, relation, toUuid });
    }
  }

  return EdgesController;
}
