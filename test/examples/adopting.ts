import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IsString } from 'class-validator';
import {
  addDualId,
  Bind,
  DualId,
  dualIdDataSource,
  DualIdEntity,
  DualIdModule,
  Field,
  InjectDualId,
  installDualId,
  IsPublicId,
  PageOf,
  removeDualId,
  Returns,
  ReturnsPage,
  View,
} from 'nest-dual-id';
import type { DualIdRepository, Page, PageRequest, PublicId } from 'nest-dual-id';
import {
  Column,
  CreateDateColumn,
  DefaultNamingStrategy,
  Index,
  JoinColumn,
  ManyToOne,
} from 'typeorm';
import type { MigrationInterface, QueryRunner } from 'typeorm';

@DualId({ table: 'users', type: 50, named: ['displayName'], acceptUuidVersions: [1, 4] })
export class User extends DualIdEntity {
  @Column() displayName!: string;
  @Column({ unique: true }) email!: string;
  @CreateDateColumn() createdAt!: Date;
}

@DualId({ table: 'blogPosts', type: 51, named: ['title'] })
@Index('blogPosts_authorId_idx', ['author'])
export class BlogPost extends DualIdEntity {
  @Column('text') title!: string;
  @ManyToOne(() => User, { nullable: false })
  @JoinColumn({ name: 'authorId' })
  author!: User;
}

@View(User, { sort: ['displayName'] })
export class UserView {
  @Field() uuid!: PublicId<User>;
  @Field() displayName!: string;
  @Field() email!: string;
  @Field() createdAt!: Date;
}

@View(BlogPost, { sort: ['title'], filters: ['authorUuid'] })
export class BlogPostView {
  @Field() uuid!: PublicId<BlogPost>;
  @Field() title!: string;
  @Field() authorUuid!: PublicId<User>;
}

@Controller('users')
export class UsersController {
  constructor(@InjectDualId(User) private readonly users: DualIdRepository<User>) {}

  @Get()
  @ReturnsPage(UserView)
  list(@PageOf(UserView) page: PageRequest): Promise<Page<UserView>> {
    return this.users.page(UserView, page);
  }

  @Get(':userUuid')
  @Returns(UserView)
  get(@Bind('userUuid', UserView) user: UserView): UserView {
    return user;
  }
}

export class CreateBlogPost {
  @IsString() title!: string;
  @IsPublicId(User) authorUuid!: PublicId<User>;
}

@Controller('posts')
export class BlogPostsController {
  constructor(@InjectDualId(BlogPost) private readonly posts: DualIdRepository<BlogPost>) {}

  @Get()
  @ReturnsPage(BlogPostView)
  list(@PageOf(BlogPostView) page: PageRequest): Promise<Page<BlogPostView>> {
    return this.posts.page(BlogPostView, page);
  }

  @Get(':postUuid')
  @Returns(BlogPostView)
  get(@Bind('postUuid', BlogPostView) post: BlogPostView): BlogPostView {
    return post;
  }

  @Post()
  @Returns(BlogPostView, { location: '/posts/:uuid' })
  create(@Body() input: CreateBlogPost): Promise<BlogPostView> {
    return this.posts.create(BlogPostView, input);
  }
}

const users = { table: 'users', type: { id: 50, name: 'user' }, namedBy: ['displayName'] };
const blogPosts = { table: 'blogPosts', type: { id: 51, name: 'post' }, namedBy: ['title'] };

export class AdoptTables1770000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await installDualId(runner);
    await addDualId(runner, users);
    // As addDualId prints them.
    await runner.query('ALTER TABLE "blogPosts" ALTER COLUMN "id" TYPE bigint');
    await runner.query('ALTER SEQUENCE public."blogPosts_id_seq" AS bigint');
    await addDualId(runner, blogPosts);
    // As the doctor prints it.
    await runner.query(
      'ALTER TABLE "blogPosts" RENAME CONSTRAINT "blogPosts_authorId_fkey" TO "FK_faf49ff7c55b61698d8c5b549d4"',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE "blogPosts" RENAME CONSTRAINT "FK_faf49ff7c55b61698d8c5b549d4" TO "blogPosts_authorId_fkey"',
    );
    await removeDualId(runner, blogPosts);
    await removeDualId(runner, users);
  }
}

export const dataSourceOptions = (url: string) =>
  dualIdDataSource({
    url,
    entities: [User, BlogPost],
    migrations: [AdoptTables1770000000000],
    namingStrategy: new DefaultNamingStrategy(),
  });

export function blogModule(url: string) {
  @Module({
    imports: [
      TypeOrmModule.forRoot(dataSourceOptions(url)),
      DualIdModule.forRoot(),
      DualIdModule.forFeature([User, BlogPost]),
    ],
    controllers: [UsersController, BlogPostsController],
  })
  class BlogModule {}

  return BlogModule;
}
