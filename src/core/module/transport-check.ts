import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { problem } from '../errors/problem.js';
import { Exemptions } from '../http/exemptions.js';
import type { DualIdModuleOptions } from '../options/module-options.js';
import { DUAL_ID_OPTIONS } from '../options/module-options.js';

/** Names under which @nestjs/websockets and @nestjs/microservices store what was declared. */
const gateway = 'websockets:is_gateway';
const patternKey = 'microservices:pattern';
const handlerType = 'microservices:handler_type';
/** The type of a handler that responds; an event handler has nobody to respond to. */
const answering = 1;

/**
 * Refuses gateways and message handlers: no schema checks their responses. Those that the
 * application has reviewed itself are listed in `exempt`, with a reason.
 */
@Injectable()
export class TransportCheck implements OnModuleInit {
  constructor(
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(DUAL_ID_OPTIONS) private readonly options: DualIdModuleOptions,
  ) {}

  onModuleInit(): void {
    const exempt = new Exemptions(this.options);
    for (const type of this.#classes()) {
      const what = transportOf(type);
      if (what === undefined || exempt.has(type.name)) continue;
      throw problem('setup_refused', {
        detail: `${type.name} ${what}, which no schema checks. Make sure that it sends public ids only, and declare that: DualIdModule.forRoot({ exempt: { ${type.name}: '<reason>' } }).`,
      });
    }
  }

  #classes(): readonly Function[] {
    const wrappers = [...this.modules.values()].flatMap(({ providers, controllers }) =>
      [...providers.values()].concat([...controllers.values()]),
    );
    return wrappers
      .map(({ metatype }) => metatype as unknown)
      .filter((type): type is Function => typeof type === 'function' && 'prototype' in type);
  }
}

function transportOf(type: Function): string | undefined {
  if (Reflect.hasMetadata(gateway, type)) return 'is a gateway';
  const prototype = type.prototype as Record<string, object> | undefined;
  if (!prototype) return undefined;
  const handler = new MetadataScanner()
    .getAllMethodNames(prototype)
    .find((method) => isRequestHandler(prototype[method]!));
  return handler === undefined ? undefined : `responds to messages in ${handler}`;
}

function isRequestHandler(method: object): boolean {
  if (!Reflect.hasMetadata(patternKey, method)) return false;
  return Reflect.getMetadata(handlerType, method) === answering;
}
