import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { DUAL_ID_DATA_SOURCE } from '../database/data-source.provider.js';
import { problem } from '../errors/problem.js';
import type { CompiledView } from './compiled-view.js';
import { compileView } from './view-compiler.js';
import type { ViewClass } from './view-spec.js';

/** The compiled views of one application, each compiled once. */
@Injectable()
export class ViewRegistry {
  readonly #views = new Map<ViewClass, CompiledView>();

  constructor(@Inject(DUAL_ID_DATA_SOURCE) private readonly dataSource: DataSource) {}

  /**
   * Returns the compiled form of a view class; errors name what the view refers to but does not
   * exist.
   */
  get<V extends object>(viewClass: ViewClass<V>): CompiledView<V> {
    const known = this.#views.get(viewClass) as CompiledView<V> | undefined;
    if (known) return known;
    const compiled = compileView(viewClass, this.dataSource);
    this.#refuseNamesake(compiled);
    this.#views.set(viewClass, compiled as CompiledView);
    return compiled;
  }

  /** Every view compiled so far. */
  all(): readonly CompiledView[] {
    return [...this.#views.values()];
  }

  #refuseNamesake({ name, viewClass }: CompiledView): void {
    const other = this.all().find((view) => view.name === name && view.viewClass !== viewClass);
    if (!other) return;
    throw problem('setup_refused', {
      detail: `Two views are called ${name}; rename one of them: @View(Entity, { name: ... }).`,
    });
  }
}
