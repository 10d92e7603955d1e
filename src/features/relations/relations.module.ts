import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { Impact } from '../registry/impact/impact.js';
import { impactParts } from '../registry/impact/impact-parts.js';
import { edgesController } from './edges.controller.js';
import { EdgeReader } from './edge-reader.js';
import { EdgeStore } from './edge-store.js';
import { GraphController } from './graph.controller.js';
import { neighboursController } from './neighbours.controller.js';
import { Neighbours } from './neighbours.js';
import { RelationTypes } from './relation-types.js';
import type { RelationsOptions } from './relations.options.js';
import { RelationNote } from './relations.options.js';
import { RelationsService } from './relations.service.js';
import { ShortestPath } from './shortest-path.js';
import { Traversal } from './traversal.js';

const doors = [RelationsService, RelationTypes, Neighbours, Traversal, ShortestPath, Impact];

const parts = [EdgeStore, EdgeReader, ...impactParts];

/**
 * Typed edges between entities: services for code, and routes under `/registry`. Importing it is
 * what switches the routes on; guards in front of them are the application's.
 */
@Module({})
export class RelationsModule {
  static forRoot({ metadata = RelationNote }: RelationsOptions = {}): DynamicModule {
    return {
      module: RelationsModule,
      controllers: [neighboursController(metadata), edgesController(metadata), GraphController],
      providers: [...doors, ...parts],
      exports: doors,
    };
  }
}
