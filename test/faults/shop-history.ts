import type { Files } from '../features/import/workbench.js';

/** Enough rows of every table for a fault to hit an import anywhere. */
export function shopHistory(): Files {
  const count = (rows: number, line: (index: number) => string) =>
    `${Array.from({ length: rows }, (_, index) => line(index + 1)).join('\n')}\n`;
  const day = (index: number) => `2016-01-0${index} 00:00:00+00:00`;
  return {
    'departments.csv': 'department_id,department\n1,frozen\n',
    'aisles.csv': 'aisle_id,aisle\n1,soups\n',
    'products.csv': `product_id,product_name,aisle_id,department_id\n${count(3000, (id) => `${id},P${id},1,1`)}`,
    'users.csv': `user_id,first_name,last_name,email_address\n${count(1000, (id) => `${id},F,L,u${id}@example.org`)}`,
    'orders.csv':
      'order_id,user_id,eval_set,order_number,order_dow,order_hour_of_day,days_since_prior_order\n' +
      count(3000, (id) => `${id},${(id % 1000) + 1},prior,${Math.ceil(id / 1000)},1,1,`),
    'order_products__prior.csv': `order_id,product_id,add_to_cart_order,reordered\n${count(
      15_000,
      (n) => `${(n % 3000) + 1},${(n % 2999) + 1},${Math.ceil(n / 3000)},0`,
    )}`,
    'order_status_history.csv': `order_id,status,changed_at\n${count(3000, (id) =>
      ['pending', 'processing', 'shipped']
        .map((status, index) => `${id},${status},${day(index + 1)}`)
        .join('\n'),
    )}`,
  };
}
