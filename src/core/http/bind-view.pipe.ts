import type { PipeTransform } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { Repositories } from '../repository/repositories.js';
import type { ViewClass } from '../view/view-spec.js';

/** What a bound parameter hands to the pipe that reads its view. */
export interface BoundView {
  readonly view: ViewClass;
  readonly address: string;
  readonly within: Readonly<Record<string, string>>;
}

/** Reads the view that a path parameter is bound to. */
@Injectable()
export class BindViewPipe implements PipeTransform<BoundView, Promise<object>> {
  constructor(@Inject(Repositories) private readonly repositories: Repositories) {}

  transform({ view, address, within }: BoundView): Promise<object> {
    return this.repositories.ofView(view).get(view, address as never, within);
  }
}
