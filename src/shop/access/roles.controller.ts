import { Controller, Get, Inject } from '@nestjs/common';
import type { Page, PageRequest } from 'nest-dual-id';
import { Describe, PageOf, Repositories, Requires, ReturnsPage, Tag } from 'nest-dual-id';
import { accessTag } from '../docs/tags.js';
import { RoleView } from './role.view.js';
import { rolesDocs } from './roles.docs.js';

/** What roles there are. */
@Tag(accessTag)
@Controller('roles')
@Requires('roles:read')
export class RolesController {
  constructor(@Inject(Repositories) private readonly repositories: Repositories) {}

  @Describe(rolesDocs.list)
  @Get()
  @ReturnsPage(RoleView)
  list(@PageOf(RoleView) page: PageRequest): Promise<Page<RoleView>> {
    return this.repositories.page(RoleView, page);
  }
}
