/** What a slug looks like, as a SQL condition: lower-case words joined by single hyphens. */
export const slugCheck = `slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'`;

/** Makes a slug of a name: `Canned Goods & More` becomes `canned-goods-more`. */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
}
