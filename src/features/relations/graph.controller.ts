import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { PublicIdParam } from '../../core/http/binding.decorators.js';
import { ReturnsSchema } from '../../core/http/route.decorators.js';
import type { RawQuery } from '../../core/page/read-page-query.js';
import { Passport, PassportUuid } from '../../core/passport/passport.entity.js';
import { toDot, toMermaid } from './diagrams.js';
import { readQuery, TakesQuery } from '../../core/http/route-query.js';
import { diagramRules, graphRules } from './query-rules.js';
import type { Graph } from './relation.js';
import type { KnownRelationType } from './relation-types.js';
import { RelationTypes } from './relation-types.js';
import { diagramSchema, graphSchema, relationTypesSchema } from './response-schemas.js';
import { Traversal } from './traversal.js';
import { WithoutEnvelope } from '../../core/http/envelope.js';
import { Describe, Tag } from '../../core/http/describe.decorators.js';
import { diagramDocs, graphDocs, relationsTag, relationTypesDocs } from './relations-docs.js';

/** A drawing of a graph, as text. */
interface Diagram {
  readonly format: string;
  readonly text: string;
  readonly partial: boolean;
}

/** Makes the controller for the types of relations and the graph around an entity. */
export function graphController(access: ClassDecorator): Type {
  @Tag(relationsTag)
  @Controller('registry')
  @WithoutEnvelope()
  @access
  class GraphController {
    constructor(
      @Inject(RelationTypes) private readonly types: RelationTypes,
      @Inject(Traversal) private readonly traversal: Traversal,
    ) {}

    @Describe(relationTypesDocs)
    @Get('relation-types')
    @ReturnsSchema(relationTypesSchema)
    async listTypes(): Promise<{ items: readonly KnownRelationType[] }> {
      return { items: await this.types.all() };
    }

    @Describe(graphDocs)
    @Get(':uuid/graph')
    @TakesQuery(graphRules)
    @ReturnsSchema(graphSchema)
    graph(
      @PublicIdParam('uuid', Passport) uuid: PassportUuid,
      @Query() query: RawQuery,
    ): Promise<Graph> {
      return this.traversal.graph(uuid, readQuery(query, graphRules));
    }

    @Describe(diagramDocs)
    @Get(':uuid/diagram')
    @TakesQuery(diagramRules)
    @ReturnsSchema(diagramSchema)
    async diagram(
      @PublicIdParam('uuid', Passport) uuid: PassportUuid,
      @Query() query: RawQuery,
    ): Promise<Diagram> {
      const { format = 'mermaid', ...request } = readQuery(query, diagramRules);
      const graph = await this.traversal.graph(uuid, request);
      const text = format === 'dot' ? toDot(graph) : toMermaid(graph);
      return { format, text, partial: graph.partial };
    }
  }

  return GraphController;
}
