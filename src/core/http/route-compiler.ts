import { Inject, Injectable } from '@nestjs/common';
import type { EntityMetadata } from 'typeorm';
import type { DataSource } from 'typeorm';
import type { Policy } from '../access/policy.js';
import { policyOf } from '../access/policy.js';
import { DUAL_ID_DATA_SOURCE } from '../database/data-source.provider.js';
import { addressColumn } from '../definition/address.js';
import { declaredOwner } from '../definition/owner.js';
import { definitionOf } from '../definition/entity-definition.js';
import { problem } from '../errors/problem.js';
import { isInternalIdName, referenceNameOf } from '../ids/id-names.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import type { DualIdModuleOptions } from '../options/module-options.js';
import { DUAL_ID_OPTIONS } from '../options/module-options.js';
import type { PagePlan } from '../page/page-plan.js';
import { Repositories } from '../repository/repositories.js';
import { resolveParent } from '../view/relation-path.js';
import { ViewRegistry } from '../view/view-registry.js';
import type { ViewClass } from '../view/view-spec.js';
import { viewSpecOf } from '../view/view.decorator.js';
import { declaredQueryOf } from './declared-query.js';
import type { PlainParamRule } from './plain-parameters.js';
import { plainParametersOf } from './plain-parameters.js';
import type { CompiledEnvelope } from './envelope.js';
import { compileEnvelope, isWithoutEnvelope } from './envelope.js';
import { idPlacesOf } from './id-places.js';
import { IdTranslators } from './id-translation.js';
import { ifMatchOf } from './binding.decorators.js';
import { bodyClassOf, refuseOpenHandler, takesFrom } from './handler-metadata.js';
import type { CompiledRoute } from './compiled-route.js';
import type { PathParameter } from './path-parameter.js';
import type { RouteOrigin } from './route.decorators.js';
import type { Answer, Binding } from './route-declaration.js';
import { declarationOf } from './route-declaration.js';
import { answerSchema, checkLocation, pageSchema } from './response-schema.js';
import { checkScopes, parametersOf } from './scope-check.js';
import { internalName } from '../ids/id-faults.js';

/** Compiles routes at boot, and refuses those that could leak or accept an internal id. */
@Injectable()
export class RouteCompiler {
  @Inject(IdTranslators) private readonly translators!: IdTranslators;

  constructor(
    @Inject(DUAL_ID_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(ViewRegistry) private readonly views: ViewRegistry,
    @Inject(Repositories) private readonly repositories: Repositories,
    @Inject(DUAL_ID_OPTIONS) private readonly options: DualIdModuleOptions,
  ) {}

  compile(method: string, url: string, origin: RouteOrigin | undefined): CompiledRoute {
    const name = `${method} ${url}`;
    const declaration = origin && declarationOf(origin.prototype, origin.method);
    if (!origin || !declaration?.answer) {
      throw problem('setup_refused', {
        detail: `${name} declares no response. Give it @Returns, @ReturnsPage, @ReturnsSchema, @ReturnsNothing or, with a reason, @Unshaped; above another @RouteConfig.${origin ? '' : exemption(url)}`,
      });
    }
    const { answer, bindings } = declaration;
    refuseOpenHandler(origin, answer, name);
    checkScopes(name, url, bindings);
    for (const binding of bindings) this.#prepare(binding, name);
    const takesIfMatch = takesFrom(origin, ifMatchOf);
    const hasVersion =
      answer.kind === 'view' && this.views.get(answer.view).versionAt !== undefined;
    if (hasVersion && !takesIfMatch) this.#refuseBlindChange(method, answer.view, bindings, name);
    const page = bindings.find(({ kind }) => kind === 'page');
    const parameters = parametersOf(url);
    const plainParameters = plainIn(parameters, origin);
    const pathParameters = parameters
      .filter((parameter) => !plainParameters.has(parameter))
      .map((parameter) => this.#parameter(parameter, bindings, name));
    const declared = this.#schemaOf(answer, name);
    const envelope = declared && this.#envelopeOf(answer, origin, declared);
    const query = declaredQueryOf(origin, page !== undefined, name);
    const plan = page && this.#planOf(page);
    const body = bodyClassOf(origin, name);
    const places = idPlacesOf({ pathParameters, query, plan, body });
    return {
      method,
      url,
      origin,
      answer,
      policy: this.#policyOf(origin, bindings, name),
      bindings,
      pathParameters,
      translation: this.translators.of({ method, url, origin, places }),
      plainParameters,
      query: { ...query, refusesUnknown: this.options.unknownQuery !== 'ignore' },
      page: page && { plan: plan!, binding: page },
      body,
      takesIfMatch,
      hasVersion,
      responseSchema: envelope?.whole ?? declared,
      envelope,
    };
  }

  #envelopeOf(
    { kind }: Answer,
    origin: RouteOrigin,
    declared: JsonSchema,
  ): CompiledEnvelope | undefined {
    const { envelope } = this.options;
    if (!envelope || kind === 'nothing' || isWithoutEnvelope(origin)) return undefined;
    return compileEnvelope(envelope, declared);
  }

  #schemaOf(answer: Answer, name: string): JsonSchema | undefined {
    switch (answer.kind) {
      case 'view': {
        const { schema } = this.views.get(answer.view);
        return checkLocation(answer.location, schema, name);
      }
      case 'page':
        return pageSchema(this.views.get(answer.view).schema);
      case 'schema':
        return answerSchema(answer.schema, name);
      case 'nothing':
        return { type: 'object', properties: {}, additionalProperties: false };
      case 'unshaped':
        if (answer.reason.trim() !== '') return undefined;
        throw problem('setup_refused', { detail: `${name} is @Unshaped without a reason.` });
    }
  }

  #policyOf(
    { prototype, method }: RouteOrigin,
    bindings: readonly Binding[],
    name: string,
  ): Policy | undefined {
    const policy = policyOf(prototype, method);
    if (policy?.kind === 'own' && !policy.isHandled) this.#requireOwners(bindings, name);
    return policy;
  }

  /** Without an owner, a route for own rows would show those of everybody. */
  #requireOwners(bindings: readonly Binding[], name: string): void {
    const entities = bindings.flatMap((binding) => {
      const entity = this.#entityOf(binding);
      const parents = Object.values(binding.scope.within ?? {});
      const behind = parents.map((path) => resolveParent(entity, path, name).column.entityMetadata);
      return [entity, ...behind];
    });
    if (entities.length === 0 || entities.some(({ target }) => declaredOwner(target))) return;
    throw problem('setup_refused', {
      detail: `${name} is for own rows (@OwnOr), but ${entities[0]!.name} declares no owner. Give it @DualId({ owner: '<relation>' }), or the route @Requires.`,
    });
  }

  #planOf({ target }: Binding): PagePlan {
    return this.repositories.pagesOf(target as ViewClass).plan;
  }

  /** Finds out at boot what a first request would otherwise run into. */
  #prepare(binding: Binding, name: string): void {
    const { kind, parameter, scope } = binding;
    const entity = this.#entityOf(binding);
    const parents = Object.values(scope.within ?? {});
    for (const path of parents) resolveParent(entity, path, name);
    if (kind !== 'page' && !addressColumn(entity)) {
      throw problem('setup_refused', {
        detail: `${name} binds :${parameter} to ${entity.name}, which has neither a public id nor a slug.`,
      });
    }
    if (kind !== 'view') return;
    const view = binding.target as ViewClass;
    this.repositories.ofView(view).prepare(view, parents);
  }

  /** A parameter's entity is the one it is bound to, or the parent reached over a relation. */
  #parameter(parameter: string, bindings: readonly Binding[], name: string): PathParameter {
    if (isInternalIdName(parameter)) {
      throw problem('setup_refused', {
        detail: `${name} has the parameter :${parameter}, ${internalName}; name it :${referenceNameOf(parameter.replace(/_?[iI][dD]$/, '') || 'entity')}.`,
      });
    }
    const own = bindings.find((binding) => binding.parameter === parameter);
    const child = bindings.find((binding) => binding.scope.within?.[parameter] !== undefined);
    if (!own && !child) throw undeclaredParameter(parameter, name);
    const entity = own
      ? this.#entityOf(own)
      : resolveParent(this.#entityOf(child!), child!.scope.within![parameter]!, name).column
          .entityMetadata;
    const bySlug = addressColumn(entity)?.propertyName === 'slug';
    const versions = definitionOf(entity.target as object)?.acceptUuidVersions ?? [];
    const of = { entity: entity.target, entityName: entity.name };
    return { name: parameter, ...of, versions: bySlug ? undefined : versions };
  }

  /** A client that got an ETag from a route relies on the route to compare it. */
  #refuseBlindChange(
    method: string,
    view: ViewClass,
    bindings: readonly Binding[],
    name: string,
  ): void {
    if (method.split(',').every((one) => one === 'GET' || one === 'HEAD')) return;
    const { entity } = this.views.get(view);
    const changed = bindings.find(
      (binding) => binding.kind !== 'page' && this.#entityOf(binding) === entity,
    );
    if (!changed) return;
    throw problem('setup_refused', {
      detail: `${name} shows the ETag of :${changed.parameter} and ignores If-Match. Take @IfMatch() versions?: Versions and pass it to the repository or to requireVersion.`,
    });
  }

  #entityOf({ kind, target }: Binding): EntityMetadata {
    if (kind !== 'id') return this.views.get(target as ViewClass).entity;
    const entity = viewSpecOf(target)?.entity ?? target;
    if (this.dataSource.hasMetadata(entity)) return this.dataSource.getMetadata(entity);
    throw problem('setup_refused', {
      detail: `${entity.name} is bound to a path parameter, but is not among the entities of the data source.`,
    });
  }
}

/** A handler with several paths may have parameters in only one of them. */
function plainIn(
  parameters: readonly string[],
  { prototype, method }: RouteOrigin,
): ReadonlyMap<string, PlainParamRule> {
  const declared = [...plainParametersOf(prototype, method)];
  return new Map(declared.filter(([one]) => parameters.includes(one)));
}

function undeclaredParameter(parameter: string, name: string): Error {
  const place = parameter === '*' ? 'a wildcard' : `the parameter :${parameter}`;
  return problem('setup_refused', {
    detail: `${name} has ${place}, which no @Bind, @PublicIdParam or within declares; use @PlainParam('${parameter}') if it names no entity.`,
  });
}

/** A route without a controller, such as those of Swagger UI, has nothing to decorate. */
function exemption(url: string): string {
  const path = url.replace(/\/?[:*].*$/, '') || url;
  return ` Exempt a plain route, which no controller declares, with DualIdModule.forRoot({ exempt: { '${path}': '<reason>' } }).`;
}
