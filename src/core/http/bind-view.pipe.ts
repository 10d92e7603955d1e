import type { PipeTransform } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { Repositories } from '../repository/repositories.js';
import type { BoundView } from './binding.decorators.js';

/** Reads the view a path parameter is bound to. */
@Injectable()
export class BindViewPipe implements PipeTransform<BoundView, Promise<object>> {
  constructor(@Inject(Repositories) private readonly repositories: Repositories) {}

  transform({ view, address, within }: BoundView): Promise<object> {
    return this.repositories.ofView(view).get(view, address as never, within);
  }
}
