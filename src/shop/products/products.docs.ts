import type { OperationText } from 'nest-dual-id';

/** What the API description says of the routes of products, departments and aisles. */
export const productsDocs = {
  list: {
    summary: 'List products',
    description:
      'Returns a page of the products on sale. They can be filtered by department, aisle and price, and searched by name.',
  },
  create: {
    summary: 'Create a product',
    description:
      'Puts a product on sale. Without a price it is listed but cannot be ordered. The response is 422 when there is no such department or aisle.',
  },
  get: {
    summary: 'Get a product',
    description: 'Returns one product. The response is 410 once it was taken off sale.',
  },
  change: {
    summary: 'Change a product',
    description:
      'Changes the properties that are sent; the others stay as they are. A new price counts for carts at once and leaves orders alone.',
  },
  remove: {
    summary: 'Take a product off sale',
    description:
      'Deletes the product. It can no longer be ordered; orders and carts that hold it still show its name.',
  },
} satisfies Record<string, OperationText>;

export const departmentsDocs = {
  list: {
    summary: 'List departments',
    description: 'Returns a page of the departments, each with the number of its products on sale.',
  },
  get: {
    summary: 'Get a department',
    description: 'Returns one department by its slug.',
    parameters: { slug: 'The slug of the department.' },
  },
} satisfies Record<string, OperationText>;

export const aislesDocs = {
  list: {
    summary: 'List aisles',
    description: 'Returns a page of the aisles, each with the number of its products on sale.',
  },
  get: {
    summary: 'Get an aisle',
    description: 'Returns one aisle by its slug.',
    parameters: { slug: 'The slug of the aisle.' },
  },
} satisfies Record<string, OperationText>;
