/** Public ids of the things in the examples of the API description. */
export const exampleIds = {
  product: '5f2c9d1e-7b84-4e3a-9c60-8d1f4a7b2e95',
  user: 'c81e4b6a-2d97-4f05-b3a8-16e90d7c5f42',
  cart: '9a3d70f2-5c1e-4b86-8f24-e7b05d9163ca',
  order: '27e6b18c-f94d-4a30-a5d7-3c8091fe6b24',
  role: '0199a1c4-6e02-7d3b-8f41-5a7c90be2d16',
} as const;
