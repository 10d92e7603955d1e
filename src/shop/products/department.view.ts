import { Field, View } from 'nest-dual-id';
import { Department } from './department.entity.js';

/** A department as the API shows one. */
@View(Department, {
  sort: ['name', 'productCount'],
  example: { slug: 'milk-and-eggs', name: 'milk and eggs' },
})
export class DepartmentView {
  @Field() slug!: string;
  @Field() name!: string;
  /** How many of its products are on sale. */
  @Field() productCount!: number;
}
