import type { PublicId } from 'nest-dual-id';
import { Field, View } from 'nest-dual-id';
import { User } from './user.entity.js';
import { exampleIds } from '../docs/example-ids.js';

/** A user as the API shows one. */
@View(User, {
  sort: ['createdAt', 'lastName', 'email'],
  defaultSort: '-createdAt',
  filters: ['country'],
  example: { uuid: exampleIds.user },
})
export class UserView {
  @Field() uuid!: PublicId<User>;
  @Field() firstName!: string;
  @Field() lastName!: string;
  @Field() email!: string;
  @Field() phone!: string | null;
  @Field() street!: string | null;
  @Field() city!: string | null;
  @Field() postalCode!: string | null;
  @Field() country!: string | null;
  @Field() createdAt!: Date;
  @Field() updatedAt!: Date;
}
