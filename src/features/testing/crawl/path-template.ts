/** The names of a template's parameters, in order. */
export function parameterNamesIn(path: string): readonly string[] {
  return [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name!);
}

/** Fills a template with values that are already escaped. */
export function fillTemplate(path: string, values: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => values[name] ?? `{${name}}`);
}

/**
 * The part of a template before a parameter: the collection of which the parameter names an item.
 */
export function collectionOf(path: string, parameter: string): string {
  return path.slice(0, path.indexOf(`{${parameter}}`)).replace(/\/$/, '');
}

/** `/users/{userUuid}/orders` ends in `orders`. */
export function lastWord(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether a collection's name is the plural of an item's: `categories` of `category`. */
export function isPluralOf(plural: string, name: string): boolean {
  const words = plural.replaceAll(/[-_]/g, '').toLowerCase();
  const singular = name.replaceAll(/[-_]/g, '').toLowerCase();
  return [singular, `${singular}s`, `${singular}es`, singular.replace(/y$/, 'ies')].includes(words);
}

/** Whether a concrete path, such as a Location, matches a template. */
export function matchesTemplate(path: string, template: string): boolean {
  const pattern = template
    .split(/\{[^}]+\}/)
    .map((part) => part.replaceAll(/[^\w/-]/g, String.raw`\$&`))
    .join('[^/]+');
  return new RegExp(`^${pattern}$`).test(path);
}
