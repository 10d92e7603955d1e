import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { DUAL_ID_DATA_SOURCE } from '../../core/database/data-source.provider.js';
import { Database } from '../../core/database/database.js';
import { statement } from '../../core/database/statement.js';
import { definitionOf } from '../../core/definition/entity-definition.js';
import type { CompiledRoute } from '../../core/http/compiled-route.js';
import { RouteChecks } from '../../core/http/route-checks.js';
import { ViewRegistry } from '../../core/view/view-registry.js';

/** Knows the route under which each kind of entity is read. */
@Injectable()
export class EntityAddresses implements OnModuleInit {
  readonly #typeNames = new Map<number, string>();

  constructor(
    @Inject(DUAL_ID_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(Database) private readonly database: Database,
    @Inject(RouteChecks) private readonly checks: RouteChecks,
    @Inject(ViewRegistry) private readonly views: ViewRegistry,
  ) {}

  async onModuleInit(): Promise<void> {
    const rows = await this.database.rows(statement('SELECT id, name FROM dual_id.platform_types'));
    for (const [id, name] of rows) this.#typeNames.set(id as number, name as string);
  }

  /** The address of an entity, or null if no route with one parameter reads its kind. */
  of(typeName: string, uuid: string): string | null {
    const { routes } = this.checks;
    const isOf = (candidate: CompiledRoute) => this.#reads(candidate, typeName);
    // What comes behind the id shows a part of the entity, such as its roles.
    const whole = routes.find((candidate) => /:\w+$/.test(candidate.url) && isOf(candidate));
    const route = whole ?? routes.find(isOf);
    return route ? route.url.replace(/:\w+/, uuid) : null;
  }

  #reads({ method, answer, pathParameters }: CompiledRoute, typeName: string): boolean {
    if (method !== 'GET' || answer.kind !== 'view' || pathParameters.length !== 1) return false;
    const { entity } = this.views.get(answer.view);
    const type = definitionOf(this.dataSource.getMetadata(entity.target).target as object)?.type;
    return (
      type !== undefined &&
      this.#typeNames.get(type) === typeName &&
      pathParameters[0]?.entityName === entity.name
    );
  }
}
