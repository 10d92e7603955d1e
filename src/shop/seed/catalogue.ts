/** One product of the built-in catalogue: name, price, department, aisle. */
type Entry = readonly [name: string, price: string | null, department: string, aisle: string];

/**
 * The catalogue of an empty shop. Its departments and aisles have names that do not occur in the
 * Instacart data, so that a history can still be imported.
 */
export const catalogue: readonly Entry[] = [
  ['Bananas', '0.25', 'fruit and vegetables', 'fruit'],
  ['Organic Strawberries', '4.99', 'fruit and vegetables', 'fruit'],
  ['Hass Avocado', '1.50', 'fruit and vegetables', 'fruit'],
  ['Limes', '0.50', 'fruit and vegetables', 'fruit'],
  ['Baby Spinach', '3.49', 'fruit and vegetables', 'vegetables'],
  ['Carrots', '1.29', 'fruit and vegetables', 'vegetables'],
  ['Yellow Onions', '0.99', 'fruit and vegetables', 'vegetables'],
  ['Flat-Leaf Parsley', '1.79', 'fruit and vegetables', 'herbs'],
  ['Whole Milk', '4.20', 'milk and eggs', 'cow milk'],
  ['Oat Drink', '3.80', 'milk and eggs', 'plant milk'],
  ['Large Brown Eggs', '5.10', 'milk and eggs', 'hen eggs'],
  ['Greek Yogurt', '2.60', 'milk and eggs', 'yogurts'],
  ['Sourdough Loaf', '6.50', 'bread and pastry', 'loaves'],
  ['Butter Croissants', '5.75', 'bread and pastry', 'pastries'],
  ['Corn Tortillas', '2.40', 'bread and pastry', 'flat breads'],
  ['Vanilla Ice Cream', '7.25', 'frozen food', 'ice creams'],
  ['Frozen Peas', '2.15', 'frozen food', 'frozen vegetables'],
  ['Margherita Pizza', '8.90', 'frozen food', 'frozen pizzas'],
  ['Rolled Oats', '3.10', 'breakfast table', 'oats and cereals'],
  ['Wildflower Honey', '9.40', 'larder', 'honeys'],
  ['Extra Virgin Olive Oil', '12.80', 'larder', 'oils'],
  ['Sea Salt', '2.20', 'larder', 'salts'],
  ['Sparkling Water', '1.10', 'drinks', 'waters'],
  ['Truffle Selection', null, 'larder', 'delicacies'],
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
