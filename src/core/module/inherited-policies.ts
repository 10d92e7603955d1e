import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { AccessControl } from '../access/access-control.js';
import { hasOwnPolicy } from '../access/policy.js';
import { problem } from '../errors/problem.js';
import { declaringClassOf } from '../http/route-declaration.js';

/**
 * Refuses controllers whose policy would not count: a handler that is inherited or copied keeps the
 * policy of the class that declares it, so that another one would only seem to restrict it.
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
  const apparent = policyClassOf(controller);
  if (!apparent) return;
  for (const [name, handler] of handlersOf(controller)) {
    const declaring = declaringClassOf(handler);
    if (!declaring || hasOwnPolicy(handler) || policyClassOf(declaring) === apparent) continue;
    throw problem('setup_refused', {
      detail: `${apparent.name} has a policy, but ${name} of ${controller.name} is declared by ${declaring.name}, whose policy counts for it. Give ${name} a policy of its own, or override it in ${controller.name}.`,
    });
  }
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

/** The methods of a controller by name, its own before those that it inherits. */
function handlersOf(controller: Function): ReadonlyMap<string, Function> {
  const handlers = new Map<string, Function>();
  for (const { prototype } of classesOf(controller)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (typeof value === 'function' && !handlers.has(name)) handlers.set(name, value as Function);
    }
  }
  handlers.delete('constructor');
  return handlers;
}
