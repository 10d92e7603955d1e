import { Body, Controller, Delete, Get, Inject, Put } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { IsOptional } from 'class-validator';
import { ObjectOf } from '../../core/body/body-fields.js';
import type { DeclaredAccess } from '../../core/access/api-access.js';
import { PublicIdParam } from '../../core/http/binding.decorators.js';
import { PlainParam } from '../../core/http/plain-parameters.js';
import { ReturnsNothing, ReturnsSchema } from '../../core/http/route.decorators.js';
import { inputSchema } from '../../core/openapi/input-schema.js';
import { Passport, PassportUuid } from '../../core/passport/passport.entity.js';
import type { Relation, RelationMetadata } from './relation.js';
import { RelationsService } from './relations.service.js';
import { relationSchema } from './response-schemas.js';
import { WithoutEnvelope } from '../../core/http/envelope.js';
import { Describe, Tag } from '../../core/http/describe.decorators.js';
import { edgeDocs, putEdgeDocs, relationsTag, removeEdgeDocs } from './relations-docs.js';

const otherEnd = { unscoped: 'both ends of an edge are independent' };
const edgePath = ':uuid/relations/:relation/:toUuid';

/** Makes the controller for single edges, with the metadata shape the application declares. */
export function edgesController(metadata: new () => object, access: DeclaredAccess): Type {
  const shape = inputSchema(metadata);

  class SetRelation {
    @IsOptional()
    @ObjectOf(() => metadata)
    metadata?: RelationMetadata | null;
  }

  @Tag(relationsTag)
  @Controller('registry')
  @WithoutEnvelope()
  @access.controller
  class EdgesController {
    constructor(@Inject(RelationsService) private readonly relations: RelationsService) {}

    @Describe(edgeDocs)
    @Get(edgePath)
    @ReturnsSchema(relationSchema(shape))
    get(
      @PublicIdParam('uuid', Passport) fromUuid: PassportUuid,
      @PlainParam('relation') relation: string,
      @PublicIdParam('toUuid', Passport, otherEnd) toUuid: PassportUuid,
    ): Promise<Relation> {
      return this.relations.get({ fromUuid, relation, toUuid });
    }

    @Describe(putEdgeDocs)
    @access.write
    @Put(edgePath)
    @ReturnsSchema(relationSchema(shape))
    put(
      @PublicIdParam('uuid', Passport) fromUuid: PassportUuid,
      @PlainParam('relation') relation: string,
      @PublicIdParam('toUuid', Passport, otherEnd) toUuid: PassportUuid,
      @Body() input: SetRelation,
    ): Promise<Relation> {
      return this.relations.relate({ fromUuid, relation, toUuid, metadata: input.metadata });
    }

    @Describe(removeEdgeDocs)
    @access.write
    @Delete(edgePath)
    @ReturnsNothing()
    remove(
      @PublicIdParam('uuid', Passport) fromUuid: PassportUuid,
      @PlainParam('relation') relation: string,
      @PublicIdParam('toUuid', Passport, otherEnd) toUuid: PassportUuid,
    ): Promise<void> {
      return this.relations.unrelate({ fromUuid, relation, toUuid });
    }
  }

  return EdgesController;
}
