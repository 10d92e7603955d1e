import { Controller, Get, Inject, Query } from '@nestjs/common';
import { PublicIdParam } from '../../core/http/binding.decorators.js';
import { ReturnsSchema } from '../../core/http/route.decorators.js';
import type { PublicId } from '../../core/ids/ids.js';
import type { RawQuery } from '../../core/page/read-page-query.js';
import { Passport } from '../../core/passport/passport.entity.js';
import { Impact } from '../registry/impact/impact.js';
import type { ImpactReport } from '../registry/impact/impact-report.js';
import { toDot, toMermaid } from './diagrams.js';
import { readQuery, TakesQuery } from '../../core/http/route-query.js';
import { depthRule, diagramRules, edgeRules, graphRules } from './query-rules.js';
import type { Graph, RelationPath } from './relation.js';
import type { KnownType } from './relation-types.js';
import { RelationTypes } from './relation-types.js';
import {
  diagramSchema,
  graphSchema,
  impactSchema,
  pathSchema,
  relationTypesSchema,
} from './response-schemas.js';
import { ShortestPath } from './shortest-path.js';
import { Traversal } from './traversal.js';

type Uuid = PublicId<Passport>;

const pathRules = { ...edgeRules, ...depthRule };

/** A drawing of a graph, as text. */
interface Diagram {
  readonly format: string;
  readonly text: string;
  readonly partial: boolean;
}

/** What stands around an entity: its graph, ways to others, and what refers to it. */
@Controller('registry')
export class GraphController {
  constructor(
    @Inject(RelationTypes) private readonly types: RelationTypes,
    @Inject(Traversal) private readonly traversal: Traversal,
    @Inject(ShortestPath) private readonly paths: ShortestPath,
    @Inject(Impact) private readonly impact: Impact,
  ) {}

  @Get('relation-types')
  @ReturnsSchema(relationTypesSchema)
  async listTypes(): Promise<{ items: readonly KnownType[] }> {
    return { items: await this.types.all() };
  }

  @Get(':uuid/graph')
  @TakesQuery(graphRules)
  @ReturnsSchema(graphSchema)
  graph(@PublicIdParam('uuid', Passport) uuid: Uuid, @Query() query: RawQuery): Promise<Graph> {
    return this.traversal.graph(uuid, readQuery(query, graphRules));
  }

  @Get(':uuid/diagram')
  @TakesQuery(diagramRules)
  @ReturnsSchema(diagramSchema)
  async diagram(
    @PublicIdParam('uuid', Passport) uuid: Uuid,
    @Query() query: RawQuery,
  ): Promise<Diagram> {
    const { format = 'mermaid', ...request } = readQuery(query, diagramRules);
    const graph = await this.traversal.graph(uuid, request);
    const text = format === 'dot' ? toDot(graph) : toMermaid(graph);
    return { format, text, partial: graph.partial };
  }

  @Get(':uuid/paths/:toUuid')
  @TakesQuery(pathRules)
  @ReturnsSchema(pathSchema)
  path(
    @PublicIdParam('uuid', Passport) uuid: Uuid,
    @PublicIdParam('toUuid', Passport, { unscoped: 'any two entities may be connected' }) to: Uuid,
    @Query() query: RawQuery,
  ): Promise<RelationPath> {
    return this.paths.between(uuid, to, readQuery(query, pathRules));
  }

  @Get(':uuid/impact')
  @ReturnsSchema(impactSchema)
  whatRefersTo(@PublicIdParam('uuid', Passport) uuid: Uuid): Promise<ImpactReport> {
    return this.impact.of(uuid);
  }
}
