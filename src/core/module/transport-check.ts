import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { problem } from '../errors/problem.js';
import type { DualIdModuleOptions } from './dual-id-options.js';
import { DUAL_ID_OPTIONS } from './dual-id-options.js';
import { Exemptions } from './exemptions.js';

/** Names under which @nestjs/websockets and @nestjs/microservices keep what was declared. */
const gateway = 'websockets:is_gateway';
const pattern = 'microservices:pattern';
const handlerType = 'microservices:handler_type';
/** The type of a handler that answers; one of events has nobody to answer to. */
const answering = 1;

/**
 * Refuses gateways and handlers of messages: what they answer goes through no schema. Those that
 * the application has looked at itself are named in `exempt`, with a reason.
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
        detail: `${type.name} ${what}, which no schema checks. Let it send public ids only, and say so: DualIdModule.forRoot({ exempt: { ${type.name}: '<reason>' } }).`,
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
    .find((method) => answers(prototype[method]!));
  return handler === undefined ? undefined : `answers messages in ${handler}`;
}

function answers(method: object): boolean {
  if (!Reflect.hasMetadata(pattern, method)) return false;
  return Reflect.getMetadata(handlerType, method) === answering;
}
