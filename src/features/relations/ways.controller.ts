import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import type { DeclaredAccess } from '../../core/access/api-access.js';
import { PublicIdParam } from '../../core/http/binding.decorators.js';
import { ReturnsSchema } from '../../core/http/route.decorators.js';
import { readQuery, TakesQuery } from '../../core/http/route-query.js';
import type { RawQuery } from '../../core/page/read-page-query.js';
import { Passport, PassportUuid } from '../../core/passport/passport.entity.js';
import { Impact } from '../registry/impact/impact.js';
import type { ImpactReport } from '../registry/impact/impact-report.js';
import { depthRule, edgeRules } from './query-rules.js';
import type { RelationPath } from './relation.js';
import { impactSchema, pathSchema } from './response-schemas.js';
import { ShortestPath } from './shortest-path.js';
import { WithoutEnvelope } from '../../core/http/envelope.js';
import { Describe, Tag } from '../../core/http/describe.decorators.js';
import { impactDocs, pathDocs, relationsTag } from './relations-docs.js';

const pathRules = { ...edgeRules, ...depthRule };

/** Makes the controller for paths from an entity to others, and for what refers to it. */
export function waysController(access: DeclaredAccess): Type {
  @Tag(relationsTag)
  @Controller('registry')
  @WithoutEnvelope()
  @access.controller
  class WaysController {
    constructor(
      @Inject(ShortestPath) private readonly paths: ShortestPath,
      @Inject(Impact) private readonly impact: Impact,
    ) {}

    @Describe(pathDocs)
    @Get(':uuid/paths/:toUuid')
    @TakesQuery(pathRules)
    @ReturnsSchema(pathSchema)
    path(
      @PublicIdParam('uuid', Passport) uuid: PassportUuid,
      @PublicIdParam('toUuid', Passport, { unscoped: 'any two entities may be connected' })
      to: PassportUuid,
      @Query() query: RawQuery,
    ): Promise<RelationPath> {
      return this.paths.between(uuid, to, readQuery(query, pathRules));
    }

    @Describe(impactDocs)
    @access.everybody
    @Get(':uuid/impact')
    @ReturnsSchema(impactSchema)
    whatRefersTo(@PublicIdParam('uuid', Passport) uuid: PassportUuid): Promise<ImpactReport> {
      return this.impact.of(uuid);
    }
  }

  return WaysController;
}
