import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { AccessControl } from '../access/access-control.js';
import { hasOwnPolicy } from '../access/policy.js';
import { problem } from '../errors/problem.js';
import { isRouteHandler } from '../http/route-declaration.js';

/**
 * Refuses controllers whose policy would not count: an inherited handler keeps the policy of the
 * class that declares it, so that one of a subclass would only seem to restrict it.
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
  const seen = new Set<string>();
  const derived: Function[] = [];
  for (const type of classesOf(controller)) {
    for (const [name, handler] of handlersOf(type)) {
      if (seen.has(name)) continue;
      seen.add(name);
      const ignored = derived.find(hasOwnPolicy);
      if (ignored && isRouteHandler(handler) && !hasOwnPolicy(handler)) {
        throw problem('setup_refused', {
          detail: `${ignored.name} has a policy and inherits ${name} from ${type.name}, whose policy counts for it. Give ${name} a policy of its own, or override it in ${ignored.name}.`,
        });
      }
    }
    derived.push(type);
  }
}

function* classesOf(controller: Function): Iterable<Function> {
  for (let type = controller; typeof type === 'function' && type !== Function.prototype;) {
    yield type;
    type = Object.getPrototypeOf(type) as Function;
  }
}

function handlersOf(type: Function): (readonly [string, Function])[] {
  const members = Object.entries(Object.getOwnPropertyDescriptors(type.prototype as object));
  return members.flatMap(([name, { value }]) =>
    typeof value === 'function' && name !== 'constructor' ? [[name, value as Function]] : [],
  );
}
