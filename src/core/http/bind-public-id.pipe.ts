import type { PipeTransform } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { currentOwner } from '../access/access-context.js';
import type { Addressable } from '../definition/address.js';
import type { EntityClass } from '../definition/entity-class.js';
import { Repositories } from '../repository/repositories.js';
import { viewSpecOf } from '../view/view.decorator.js';

/** What a parameter that is a public id hands to the pipe. */
export interface BoundPublicId {
  /** The entity, or a view of it. */
  readonly target: EntityClass;
  readonly address: string;
}

/**
 * Passes on a public id. For a request that is restricted to an owner, the row is looked up first,
 * so that statements of the handler never reach another owner's row.
 */
@Injectable()
export class BindPublicIdPipe implements PipeTransform<BoundPublicId, string | Promise<string>> {
  constructor(@Inject(Repositories) private readonly repositories: Repositories) {}

  transform(bound: BoundPublicId): string | Promise<string> {
    return currentOwner() === undefined ? bound.address : this.#own(bound);
  }

  async #own({ target, address }: BoundPublicId): Promise<string> {
    const entity = (viewSpecOf(target)?.entity ?? target) as abstract new () => Addressable;
    await this.repositories.of(entity).requireOwn(address as never);
    return address;
  }
}
