import type { PublicId } from '../../core/ids/ids.js';
import type { PassportStatus } from '../../core/passport/passport.entity.js';
import { Passport } from '../../core/passport/passport.entity.js';
import { Computed, Field, View } from '../../core/view/view.decorator.js';

/** What the registry shows of an entity. Its name is not shown: a UUID is not permission. */
@View(Passport)
export class PassportView {
  @Field()
  uuid!: PublicId<Passport>;

  /** Name of the platform type, such as `order`. */
  @Computed(
    { type: 'string' },
    (passport) =>
      `(SELECT name FROM dual_id.platform_types WHERE id = ${passport('platformTypeId')})`,
  )
  type!: string;

  @Field()
  status!: PassportStatus;
}
