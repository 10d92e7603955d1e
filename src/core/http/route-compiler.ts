import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { problem } from '../errors/problem.js';
import { addressColumn } from '../entity/address.js';
import { definitionOf } from '../entity/dual-id-options.js';
import { isInternalIdName } from '../ids/ids.js';
import { Repositories } from '../repository/repositories.js';
import type { JsonSchema } from '../view/json-schema.js';
import { resolveRelations } from '../view/relation-path.js';
import { ViewRegistry } from '../view/view-registry.js';
import { viewSpecOf } from '../view/view.decorator.js';
import type { ViewClass } from '../view/view-spec.js';
import { bodyClassOf, refuseOpenHandler } from './handler-metadata.js';
import type { CompiledRoute, PathParameter } from './compiled-route.js';
import type { RouteOrigin } from './route.decorators.js';
import type { Answer, Binding } from './route-declaration.js';
import { declarationOf } from './route-declaration.js';
import { closedSchema, pageSchema } from './response-schema.js';
import { checkScopes, parametersOf } from './scope-check.js';

/** Compiles routes at boot, and refuses those that could leak or take an internal id. */
@Injectable()
export class RouteCompiler {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(ViewRegistry) private readonly views: ViewRegistry,
    @Inject(Repositories) private readonly repositories: Repositories,
  ) {}

  compile(method: string, url: string, origin: RouteOrigin | undefined): CompiledRoute {
    const name = `${method} ${url}`;
    const declaration = origin && declarationOf(origin.prototype, origin.method);
    if (!origin || !declaration?.answer) {
      throw problem('setup_refused', {
        detail: `${name} declares no answer. Give it @Returns, @ReturnsPage, @ReturnsSchema, @ReturnsNothing or, with a reason, @Unshaped; above another @RouteConfig.`,
      });
    }
    const { answer, bindings } = declaration;
    refuseOpenHandler(origin, answer, name);
    checkScopes(name, url, bindings);
    const page = bindings.find(({ kind }) => kind === 'page');
    return {
      method,
      url,
      origin,
      answer,
      bindings,
      pathParameters: parametersOf(url)
        .map((parameter) => this.#parameter(parameter, bindings, name))
        .filter((parameter) => parameter !== undefined),
      page: page && { plan: this.#plan(page), binding: page },
      body: bodyClassOf(origin, name),
      responseSchema: this.#schemaOf(answer, name),
    };
  }

  #schemaOf(answer: Answer, name: string): JsonSchema | undefined {
    switch (answer.kind) {
      case 'view':
        return this.views.get(answer.view).schema;
      case 'page':
        return pageSchema(this.views.get(answer.view).schema);
      case 'schema':
        return closedSchema(answer.schema, name);
      case 'nothing':
        return { type: 'object', properties: {}, additionalProperties: false };
      case 'unshaped':
        return undefined;
    }
  }

  #plan({ target }: Binding) {
    return this.repositories.ofView(target as ViewClass).pagesOf(target as ViewClass).plan;
  }

  /** A parameter's entity is the one it is bound to, or the parent a relation leads to. */
  #parameter(
    parameter: string,
    bindings: readonly Binding[],
    name: string,
  ): PathParameter | undefined {
    if (isInternalIdName(parameter)) {
      throw problem('setup_refused', {
        detail: `${name} has the parameter :${parameter}, the name of an internal id; name it :${parameter.replace(/_?[iI][dD]$/, '') || 'entity'}Uuid.`,
      });
    }
    const own = bindings.find((binding) => binding.parameter === parameter);
    const child = bindings.find((binding) => binding.scope.within?.[parameter] !== undefined);
    if (!own && !child) return this.#undeclared(parameter, name);
    const entity = own
      ? this.#entityOf(own)
      : resolveRelations(this.#entityOf(child!), child!.scope.within![parameter]!, name).at(-1)!
          .inverseEntityMetadata;
    const bySlug = addressColumn(entity)?.propertyName === 'slug';
    const versions = definitionOf(entity.target as object)?.acceptUuidVersions ?? [];
    return { name: parameter, entityName: entity.name, versions: bySlug ? undefined : versions };
  }

  #undeclared(parameter: string, name: string): undefined {
    if (!/(?:^u|U)uid$/.test(parameter)) return undefined;
    throw problem('setup_refused', {
      detail: `${name} has the parameter :${parameter}, which no @Bind, @PublicIdParam or within declares.`,
    });
  }

  #entityOf({ target }: Binding) {
    const entity = viewSpecOf(target)?.entity ?? target;
    return this.dataSource.getMetadata(entity);
  }
}
