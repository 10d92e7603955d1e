import type { ExceptionFilter, Type } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { FILTER_CATCH_EXCEPTIONS } from '@nestjs/common/internal';
import { ModulesContainer } from '@nestjs/core';

/** How Nest's container marks providers registered as `APP_FILTER`. */
const filterSubtype = 'filter';

/**
 * The exception filters that an application provides as `APP_FILTER`. Nest asks the global filters
 * of imported modules before those of the importing module, so the library's own filter, which
 * catches everything, asks these first.
 */
@Injectable()
export class ApplicationFilters {
  #filters: readonly ExceptionFilter[] | undefined;

  constructor(@Inject(ModulesContainer) private readonly modules: ModulesContainer) {}

  /** Finds the filter to catch an exception, other than `own`; the last one provided wins. */
  find(exception: unknown, own: ExceptionFilter): ExceptionFilter | undefined {
    this.#filters ??= this.#collect();
    return this.#filters.find((filter) => filter !== own && catches(filter, exception));
  }

  #collect(): readonly ExceptionFilter[] {
    return [...this.modules.values()]
      .flatMap(({ providers }) => Array.from(providers.values()))
      .filter(({ subtype }) => subtype === filterSubtype)
      .map(({ instance }) => instance as ExceptionFilter | undefined)
      .filter((filter) => filter !== undefined && filter !== null)
      .toReversed();
  }
}

function catches(filter: ExceptionFilter, exception: unknown): boolean {
  const types = (Reflect.getMetadata(FILTER_CATCH_EXCEPTIONS, filter.constructor) ??
    []) as Type<unknown>[];
  return types.length === 0 || types.some((type) => exception instanceof type);
}
