import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { AccessControl } from '../access/access-control.js';
import { hasOwnPolicy } from '../access/policy.js';
import { problem } from '../errors/problem.js';
import { declaringClassOf } from '../http/route-declaration.js';

/**
 * Refuses controllers whose policy would not count. A handler that is inherited or copied keeps the
 * policy of the class that declares it, so that another one would only seem to restrict it; one that
 * is overridden takes its own policy with it, so that the route would lose it silently.
 */
@Injectable()
export class InheritedPolicies implements OnModuleInit {
  constructor(
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(AccessControl) private readonly access: AccessControl,
  ) {}

  onModuleInit(): void {
    if (!this.access.guardsRoutes()) return;
    for (const { controllers } of this.modules.values()) {
      for (const { metatype } of controllers.values()) {
        if (typeof metatype === 'function') requireEffectivePolicy(metatype);
      }
    }
  }
}

function requireEffectivePolicy(controller: Function): void {
  const handlers = handlersOf(controller);
  for (const [name, overridden] of handlers) requireKeptPolicy(controller, name, overridden);
  const apparent = policyClassOf(controller);
  if (!apparent) return;
  for (const [name, [handler]] of handlers) {
    const declaring = declaringClassOf(handler);
    if (!declaring || hasOwnPolicy(handler) || policyClassOf(declaring) === apparent) continue;
    throw problem('setup_refused', {
      detail: `${apparent.name} has a policy, but ${name} of ${controller.name} is declared by ${declaring.name}, whose policy counts for it. Give ${name} a policy of its own, or override it in ${controller.name}.`,
    });
  }
}

/** A route whose handler replaces one that has a policy of its own says again who may call it. */
function requireKeptPolicy(
  controller: Function,
  name: string,
  [handler, ...overridden]: Handlers,
): void {
  if (hasOwnPolicy(handler) || !declaringClassOf(handler)) return;
  const guarded = overridden.find(hasOwnPolicy);
  if (!guarded) return;
  throw problem('setup_refused', {
    detail: `${name} of ${controller.name} overrides the one of ${declaringClassOf(guarded)?.name ?? 'a class above'}, which has a policy of its own, and has none. Give it the same one, or another.`,
  });
}

/** The class whose policy a controller has: itself, or the next one that it extends. */
function policyClassOf(controller: Function): Function | undefined {
  return [...classesOf(controller)].find(hasOwnPolicy);
}

function* classesOf(controller: Function): Iterable<Function> {
  for (let type = controller; typeof type === 'function' && type !== Function.prototype;) {
    yield type;
    type = Object.getPrototypeOf(type) as Function;
  }
}

/** A method, and those that it overrides. */
type Handlers = [Function, ...Function[]];

/** The methods of a controller by name, its own before those that it inherits. */
function handlersOf(controller: Function): ReadonlyMap<string, Handlers> {
  const handlers = new Map<string, Handlers>();
  for (const { prototype } of classesOf(controller)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (typeof value !== 'function') continue;
      const known = handlers.get(name);
      if (known) known.push(value as Function);
      else handlers.set(name, [value as Function]);
    }
  }
  handlers.delete('constructor');
  return handlers;
}
