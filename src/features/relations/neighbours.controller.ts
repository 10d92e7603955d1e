import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { PublicIdParam } from '../../core/http/binding.decorators.js';
import { ReturnsSchema } from '../../core/http/route.decorators.js';
import type { PublicId } from '../../core/ids/ids.js';
import { inputSchema } from '../../core/openapi/input-schema.js';
import { pageRules } from '../../core/page/page-rules.js';
import type { Page } from '../../core/page/page.js';
import type { RawQuery } from '../../core/page/read-page-query.js';
import { Passport } from '../../core/passport/passport.entity.js';
import { Neighbours } from './neighbours.js';
import { readQuery, TakesQuery } from '../../core/http/route-query.js';
import { edgeRules } from './query-rules.js';
import type { Neighbour } from './relation.js';
import { neighboursSchema } from './response-schemas.js';
import { WithoutEnvelope } from '../../core/http/envelope.js';
import { Describe, Tag } from '../../core/http/describe.decorators.js';
import { neighboursDocs, relationsTag } from './relations-docs.js';

const neighbourRules = { ...edgeRules, ...pageRules };

/** Makes the controller for an entity's edges, with the metadata the application declares. */
export function neighboursController(metadata: new () => object, access: ClassDecorator): Type {
  @Tag(relationsTag)
  @Controller('registry')
  @WithoutEnvelope()
  @access
  class NeighboursController {
    constructor(@Inject(Neighbours) private readonly neighbours: Neighbours) {}

    @Describe(neighboursDocs)
    @Get(':uuid/relations')
    @TakesQuery(neighbourRules)
    @ReturnsSchema(neighboursSchema(inputSchema(metadata)))
    list(
      @PublicIdParam('uuid', Passport) uuid: PublicId<Passport>,
      @Query() query: RawQuery,
    ): Promise<Page<Neighbour>> {
      return this.neighbours.page(uuid, readQuery(query, neighbourRules));
    }
  }

  return NeighboursController;
}
