import { Controller, Delete, Get, Inject, Put } from '@nestjs/common';
import type { Principal, PublicId } from 'nest-dual-id';
import {
  Bind,
  CurrentPrincipal,
  Describe,
  OwnOr,
  problem,
  PublicIdParam,
  Requires,
  Returns,
  ReturnsNothing,
  Tag,
} from 'nest-dual-id';
import { Identity, Role } from 'nest-dual-id/identity';
import { accessTag } from '../docs/tags.js';
import { User } from '../users/user.entity.js';
import { UserRolesView } from './role.view.js';
import { userRolesDocs } from './roles.docs.js';

const anyRole = { unscoped: 'a role belongs to no user; identity says who may give it to whom' };

/** Who holds which role. */
@Tag(accessTag)
@Controller('users/:userUuid/roles')
export class UserRolesController {
  constructor(@Inject(Identity) private readonly identity: Identity) {}

  @Describe(userRolesDocs.get)
  @Get()
  @OwnOr('roles:read')
  @Returns(UserRolesView)
  get(@Bind('userUuid', UserRolesView) user: UserRolesView): UserRolesView {
    return user;
  }

  @Describe(userRolesDocs.assign)
  @Put(':roleUuid')
  @Requires('roles:assign')
  @ReturnsNothing()
  async assign(
    @PublicIdParam('userUuid', User) principalUuid: PublicId<User>,
    @PublicIdParam('roleUuid', Role, anyRole) roleUuid: PublicId<Role>,
    @CurrentPrincipal() by: Principal,
  ): Promise<void> {
    await this.identity.assign({ principalUuid, roleUuid }, by);
  }

  @Describe(userRolesDocs.unassign)
  @Delete(':roleUuid')
  @Requires('roles:assign')
  @ReturnsNothing()
  async unassign(
    @PublicIdParam('userUuid', User) principalUuid: PublicId<User>,
    @PublicIdParam('roleUuid', Role, anyRole) roleUuid: PublicId<Role>,
    @CurrentPrincipal() by: Principal,
  ): Promise<void> {
    if (await this.identity.unassign({ principalUuid, roleUuid }, by)) return;
    throw problem('not_found');
  }
}
