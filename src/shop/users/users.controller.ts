import { Body, Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import type { DualIdRepository, Page, PageRequest, PublicId, Versions } from 'nest-dual-id';
import {
  Bind,
  IfMatch,
  InjectDualId,
  PageOf,
  PublicIdParam,
  Returns,
  ReturnsNothing,
  ReturnsPage,
} from 'nest-dual-id';
import { User } from './user.entity.js';
import { ChangeUser, CreateUser } from './user.input.js';
import { UserView } from './user.view.js';

@Controller('users')
export class UsersController {
  constructor(@InjectDualId(User) private readonly users: DualIdRepository<User>) {}

  @Get()
  @ReturnsPage(UserView)
  list(@PageOf(UserView) page: PageRequest): Promise<Page<UserView>> {
    return this.users.page(UserView, page);
  }

  @Post()
  @Returns(UserView, { location: '/users/:uuid' })
  create(@Body() input: CreateUser): Promise<UserView> {
    return this.users.create(UserView, input);
  }

  @Get(':userUuid')
  @Returns(UserView)
  get(@Bind('userUuid', UserView) user: UserView): UserView {
    return user;
  }

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
  @Delete(':userUuid')
  @ReturnsNothing()
  erase(
    @PublicIdParam('userUuid', User) uuid: PublicId<User>,
    @IfMatch() versions?: Versions,
  ): Promise<void> {
    return this.users.erase(uuid, versions);
  }
}
