import { Inject, Injectable } from '@nestjs/common';
import { problem } from '../../core/errors/problem.js';
import type { PublicId } from '../../core/ids/ids.js';
import type { PassportStatus } from '../../core/passport/passport.entity.js';
import { Passport } from '../../core/passport/passport.entity.js';
import { Repositories } from '../../core/repository/repositories.js';
import { EntityAddresses } from './entity-addresses.js';
import { PassportView } from './passport.view.js';

/** What a public id is, and where the API keeps it. */
export interface Resolution {
  readonly uuid: PublicId<Passport>;
  readonly type: string;
  readonly status: PassportStatus;
  readonly href: string | null;
}

/** Asks the registry about public ids. */
@Injectable()
export class RegistryService {
  constructor(
    @Inject(Repositories) private readonly repositories: Repositories,
    @Inject(EntityAddresses) private readonly addresses: EntityAddresses,
  ) {}

  /** Resolves a public id; `not_found` for one never given, `gone` for a deleted entity. */
  async resolve(uuid: PublicId<Passport>): Promise<Resolution> {
    const { type, status } = await this.repositories.of(Passport).get(PassportView, uuid);
    if (status === 'deleted') throw problem('gone');
    return { uuid, type, status, href: this.addresses.of(type, uuid) };
  }
}
