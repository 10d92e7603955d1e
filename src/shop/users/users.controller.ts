import { Body, Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import type { DualIdRepository, Page, PageRequest, PublicId, Versions } from 'nest-dual-id';
import {
  Bind,
  Describe,
  IfMatch,
  InjectDualId,
  OwnOr,
  PageOf,
  PublicIdParam,
  Requires,
  Returns,
  ReturnsNothing,
  ReturnsPage,
  Tag,
} from 'nest-dual-id';
import { User } from './user.entity.js';
import { ChangeUser, CreateUser } from './user.input.js';
import { UserView } from './user.view.js';
import { usersDocs } from './users.docs.js';
import { usersTag } from '../docs/tags.js';

@Tag(usersTag)
@Controller('users')
export class UsersController {
  constructor(@InjectDualId(User) private readonly users: DualIdRepository<User>) {}

  @Describe(usersDocs.list)
  @Requires('users:read')
  @Get()
  @ReturnsPage(UserView)
  list(@PageOf(UserView) page: PageRequest): Promise<Page<UserView>> {
    return this.users.page(UserView, page);
  }

  @Describe(usersDocs.create)
  @Requires('users:write')
  @Post()
  @Returns(UserView, { location: '/users/:uuid' })
  create(@Body() input: CreateUser): Promise<UserView> {
    return this.users.create(UserView, input);
  }

  @Describe(usersDocs.get)
  @OwnOr('users:read')
  @Get(':userUuid')
  @Returns(UserView)
  get(@Bind('userUuid', UserView) user: UserView): UserView {
    return user;
  }

  @Describe(usersDocs.change)
  @OwnOr('users:write')
  @Patch(':userUuid')
  @Returns(UserView)
  change(
    @PublicIdParam('userUuid', User) uuid: PublicId<User>,
    @Body() changes: ChangeUser,
    @IfMatch() versions?: Versions,
  ): Promise<UserView> {
    return this.users.update(UserView, uuid, changes, versions);
  }

  /** Erases the person. Orders stay, and go on naming this public id. */
  @Describe(usersDocs.erase)
  @OwnOr('users:erase')
  @Delete(':userUuid')
  @ReturnsNothing()
  erase(
    @PublicIdParam('userUuid', User) uuid: PublicId<User>,
    @IfMatch() versions?: Versions,
  ): Promise<void> {
    return this.users.erase(uuid, versions);
  }
}
