import type { Files } from './workbench.js';

/** A complete small data set of the shop's plan; tests replace single files. */
export const smallShop = {
  'departments.csv': 'department_id,department\n1,frozen\n2,"Meat & Seafood"\n',
  'aisles.csv': 'aisle_id,aisle\n1,prepared soups salads\n2,fresh dips & tapenades\n',
  'products.csv':
    'product_id,product_name,aisle_id,department_id\n' +
    '1,Chocolate Sandwich Cookies,1,2\n' +
    '105,"Easy Grab 9\\""x13\\"" Oblong Glass Bakeware",2,1\n',
  'users.csv':
    'user_id,first_name,last_name,email_address,phone_number,street_address,city,postal_code,country\n' +
    '7,Ada,Byron,ada@example.org,,,,05080,\n' +
    '347,Karl,Howell,karl@example.com,825-897-7174x4361,2863 Garza Ranch,Ulm,86780,Germany\n',
  'orders.csv':
    'order_id,user_id,eval_set,order_number,order_dow,order_hour_of_day,days_since_prior_order\n' +
    '122,7,prior,1,3,10,\n' +
    '3420928,7,test,2,0,23,14.0\n' +
    '123,347,prior,1,6,0,\n',
  'order_products__prior.csv':
    'order_id,product_id,add_to_cart_order,reordered\n122,1,1,0\n122,105,2,0\n',
  'order_products__train.csv':
    'order_id,product_id,add_to_cart_order,reordered\n3420928,1,1,1\n123,105,1,0\n',
} satisfies Files;

/** The data set with other content in some files; null leaves a file out. */
export function shopWith(changes: Readonly<Record<string, string | Buffer | null>>): Files {
  const files: Record<string, string | Buffer | null> = { ...smallShop, ...changes };
  return Object.fromEntries(
    Object.entries(files).flatMap(([name, content]) => (content === null ? [] : [[name, content]])),
  ) as Files;
}
