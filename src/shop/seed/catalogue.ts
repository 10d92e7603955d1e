/** One product of the built-in catalogue: name, price, department, aisle. */
type Entry = readonly [name: string, price: string | null, department: string, aisle: string];

/** The catalogue of an empty shop. */
export const catalogue: readonly Entry[] = [
  ['Bananas', '0.25', 'produce', 'fresh fruits'],
  ['Organic Strawberries', '4.99', 'produce', 'fresh fruits'],
  ['Hass Avocado', '1.50', 'produce', 'fresh fruits'],
  ['Limes', '0.50', 'produce', 'fresh fruits'],
  ['Baby Spinach', '3.49', 'produce', 'fresh vegetables'],
  ['Carrots', '1.29', 'produce', 'fresh vegetables'],
  ['Yellow Onions', '0.99', 'produce', 'fresh vegetables'],
  ['Flat-Leaf Parsley', '1.79', 'produce', 'fresh herbs'],
  ['Whole Milk', '4.20', 'dairy eggs', 'milk'],
  ['Oat Drink', '3.80', 'dairy eggs', 'soy lactosefree'],
  ['Large Brown Eggs', '5.10', 'dairy eggs', 'eggs'],
  ['Greek Yogurt', '2.60', 'dairy eggs', 'yogurt'],
  ['Sourdough Loaf', '6.50', 'bakery', 'bread'],
  ['Butter Croissants', '5.75', 'bakery', 'breakfast bakery'],
  ['Corn Tortillas', '2.40', 'bakery', 'tortillas flat bread'],
  ['Vanilla Ice Cream', '7.25', 'frozen', 'ice cream'],
  ['Frozen Peas', '2.15', 'frozen', 'frozen produce'],
  ['Margherita Pizza', '8.90', 'frozen', 'frozen pizza'],
  ['Rolled Oats', '3.10', 'breakfast', 'hot cereal pancake mixes'],
  ['Wildflower Honey', '9.40', 'pantry', 'honeys syrups nectars'],
  ['Extra Virgin Olive Oil', '12.80', 'pantry', 'oils vinegars'],
  ['Sea Salt', '2.20', 'pantry', 'spices seasonings'],
  ['Sparkling Water', '1.10', 'beverages', 'water seltzer sparkling water'],
  ['Truffle Selection', null, 'pantry', 'specialty cheeses'],
];

/** The first customers of an empty shop. */
export const customers = [
  { firstName: 'Ada', lastName: 'Byron', email: 'ada@example.org', country: 'United Kingdom' },
  {
    firstName: 'Grace',
    lastName: 'Brewster',
    email: 'grace@example.org',
    country: 'United States',
  },
  {
    firstName: 'Kateryna',
    lastName: 'Yushchenko',
    email: 'kateryna@example.org',
    country: 'Ukraine',
  },
];
