import type { Random } from './random.js';

/** Parts of made-up names. */
const heads = (
  'Al Bri Cor Dal El Fen Gal Hes Il Jor Kel Lor Mav Ner Or Pel Quin Ros Sil Tam Ul Ves ' +
  'Wil Yar Zel'
).split(' ');
const givenTails = ['a', 'an', 'da', 'eth', 'ia', 'in', 'ira', 'is', 'on', 'or', 'ren', 'wyn'];
const familyTails = (
  'ander bright combe dal ford gard holt imer kin lund mar nock oway pole quist ridge ' +
  "stead thorp vane wick y's"
).split(' ');
const townTails = ['borough', 'bridge', 'bury', 'field', 'haven', 'mere', 'mouth', 'stow', 'wich'];
const streetKinds = ['Avenue', 'Close', 'Court', 'Lane', 'Rise', 'Road', 'Row', 'Street', 'Walk'];
const countries = (
  'Austria|Brazil|Canada|Chile|Denmark|Estonia|France|Germany|Ghana|India|Ireland|Italy|' +
  'Japan|Kenya|Mexico|Norway|Peru|Poland|Portugal|Spain|Uruguay|Ukraine|United Kingdom|' +
  'United States|Vietnam'
).split('|');

/** A made-up first name. */
export function givenName(random: Random): string {
  return random.pick(heads) + random.pick(givenTails);
}

/** A made-up last name. */
export function familyName(random: Random): string {
  return random.pick(heads) + random.pick(familyTails);
}

/** A made-up address: street, city, postal code and country. */
export function address(random: Random): readonly [string, string, string, string] {
  const street = `${random.between(1, 999)} ${familyName(random)} ${random.pick(streetKinds)}`;
  const city = random.pick(heads) + random.pick(townTails);
  return [street, city, String(random.between(10_000, 99_999)), random.pick(countries)];
}

/** A telephone number from the range reserved for fiction. */
export function phoneNumber(random: Random): string {
  return `${random.between(200, 999)}-555-01${String(random.below(100)).padStart(2, '0')}`;
}

/** A number in letters, to distinguish names without digits. */
export function inLetters(number: number): string {
  const letters = 'bcdfghjklmnpqrstvwxz';
  const rest = Math.floor(number / letters.length);
  return (rest === 0 ? '' : inLetters(rest)) + letters[number % letters.length];
}

const places = (
  'amber birch cedar dune ember fern glade harbour iris juniper kiln lantern meadow ' +
  'nettle orchard pebble quarry river saffron thistle upland valley willow yarrow zephyr'
).split(' ');
const corners = (
  'alcove barrel basket cellar corner counter crate granary hall kitchen larder market ' +
  'nook oven porch rack stall table yard'
).split(' ');
const makers = heads.flatMap((head) => ['amo', 'ello', 'inta', 'ura'].map((tail) => head + tail));
const foods = (
  'Almonds Apples Barley Beans Biscuits Bread Broth Butter Cereal Cheese Cherries Chutney ' +
  'Cider Cocoa Cordial Crackers Dumplings Flour Fudge Granola Honey Jam Juice Kefir ' +
  'Lentils Mustard Noodles Oats Olives Pasta Pears Pickles Pie Plums Rice Salsa Soup Tea ' +
  'Tofu Yogurt'
).split(' ');
const packageSizes = (
  'Small|Large|Family Size|in a Jar|in a Tin|Sliced, Thin|Whole, Ripe|6" Tray|9" Round|' +
  'Half & Half|No. 1|No. 2|Crème|Jalapeño|Reserve|Light|Dark|Smoked|Salted|Plain|Mild|Hot|' +
  'Sweet|Tart|Fresh'
).split('|');

/** The number of different names. */
export const nameCounts = {
  places: places.length * corners.length,
  products: makers.length * foods.length * packageSizes.length,
};

/** The name of the department or aisle with a number, from 0. */
export function placeName(index: number): string {
  return `${places[index % places.length]} ${corners[Math.floor(index / places.length)]}`;
}

/** The name of the product with a number, from 0. */
export function productName(index: number): string {
  const rest = Math.floor(index / makers.length);
  const food = foods[rest % foods.length];
  return `${makers[index % makers.length]} ${food} ${packageSizes[Math.floor(rest / foods.length)]}`;
}
