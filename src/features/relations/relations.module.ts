import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { featureCheck } from '../../core/module/feature-check.js';
import { Impact } from '../registry/impact/impact.js';
import { impactParts } from '../registry/impact/impact-parts.js';
import { declaredOwnAccess } from '../../core/access/api-access.js';
import { edgesController } from './edges.controller.js';
import { EdgeReader } from './edge-reader.js';
import { EdgeStore } from './edge-store.js';
import { graphController } from './graph.controller.js';
import { neighboursController } from './neighbours.controller.js';
import { Neighbours } from './neighbours.js';
import { RelationTypes } from './relation-types.js';
import type { RelationsOptions } from './relations.options.js';
import { RelationNote } from './relations.options.js';
import { RelationsService } from './relations.service.js';
import { ShortestPath } from './shortest-path.js';
import { Traversal } from './traversal.js';
import { waysController } from './ways.controller.js';

const relationsProviders = [
  RelationsService,
  RelationTypes,
  Neighbours,
  Traversal,
  ShortestPath,
  Impact,
];

const RelationsCheck = featureCheck({
  module: 'RelationsModule',
  tables: ['relation_types', 'relations'],
  install: 'installRelations',
  grant: 'grantRelations',
});

const relationsParts = [EdgeStore, EdgeReader, RelationsCheck, ...impactParts];

/**
 * Typed edges between entities: services for code, and routes under `/registry` for callers that
 * the application allows.
 */
@Module({})
export class RelationsModule {
  static forRoot(options: RelationsOptions): DynamicModule {
    // Untyped code may leave out the options; the error then says what is missing.
    const { api, metadata = RelationNote } = (options ?? {}) as RelationsOptions;
    const access = declaredOwnAccess('RelationsModule', api);
    return {
      module: RelationsModule,
      controllers: [
        neighboursController(metadata, access.controller),
        edgesController(metadata, access),
        graphController(access.controller),
        waysController(access),
      ],
      providers: [...relationsProviders, ...relationsParts],
      exports: relationsProviders,
    };
  }
}
