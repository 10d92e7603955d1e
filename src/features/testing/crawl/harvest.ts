import { isRecord } from '../../../core/values/record.js';
import type { CrawledOperation } from './api-description.js';
import { namedThing } from './named-thing.js';
import {
  collectionOf,
  fillTemplate,
  isPluralOf,
  lastWord,
  matchesTemplate,
  parameterNamesIn,
} from './path-template.js';

/** The values of a path's parameters. */
export type Params = Readonly<Record<string, string>>;

/** The maximum number of items kept per collection, and of values kept per property. */
const maxHarvested = 40;

/** What the API has shown so far: the items of its collections and the values of properties. */
export class Harvest {
  /** Concrete path of a collection -> what was listed or created there. */
  readonly #items = new Map<string, Record<string, unknown>[]>();
  readonly #values = new Map<string, Set<string>>();
  /** Template of a path -> parameters that got a 2xx. */
  readonly #confirmed = new Map<string, Params[]>();
  /** Template of a path -> parameters that the application passed in, escaped. */
  readonly #handed = new Map<string, readonly Params[]>();

  /** Learns from a response body and its concrete path. */
  learn({ method }: CrawledOperation, path: string, body: unknown): void {
    this.#note(body);
    if (!isRecord(body)) return;
    const uuid = String(body['uuid']);
    // A creation may return the entity it was added to, whose address the path already holds.
    const isParent = path.includes(uuid);
    const own = isParent ? path.slice(0, path.indexOf(uuid) + uuid.length) : `${path}/${uuid}`;
    if (method === 'POST' && !isParent) this.#keep(path, [body]);
    for (const [name, list] of Object.entries(body)) {
      if (!Array.isArray(list)) continue;
      const isPage = 'nextCursor' in body;
      this.#keep(isPage ? path : `${own}/${name}`, list.filter(isRecord));
    }
  }

  /** Forgets an item that was deleted. */
  forget(collection: string, address: string): void {
    const kept = this.#items.get(collection) ?? [];
    this.#items.set(
      collection,
      kept.filter((item) => !Object.values(item).includes(address)),
    );
  }

  /** Values a property had anywhere, the latest first. */
  valuesOf(property: string): readonly string[] {
    return [...(this.#values.get(property) ?? [])].toReversed();
  }

  /** Values a property had in the items of a collection, or else in its sibling collections. */
  valuesNear(collection: string, property: string): readonly string[] {
    const parent = collection.slice(0, collection.lastIndexOf('/') + 1);
    const beside = [...this.#items.keys()].filter(
      (path) => path.startsWith(parent) && !path.slice(parent.length).includes('/'),
    );
    return [collection, ...beside]
      .flatMap((path) => this.#items.get(path) ?? [])
      .map((item) => item[property])
      .filter((value) => typeof value === 'string');
  }

  /**
   * Addresses of the entities a name refers to: for `product`, those in the collection `products`.
   */
  addressesOf(name: string): readonly string[] {
    return [...this.#items]
      .filter(([path]) => isPluralOf(lastWord(path), name))
      .flatMap(([, items]) => items.map((item) => itemAddressOf(item, name)))
      .filter((address) => address !== undefined);
  }

  /**
   * Addresses of things of another kind: not listed in a collection or in one of the same name
   * elsewhere, not what a name such as `product` means, and of another shape. What tells its type, as an entry of the registry does, may be
   * a thing of any kind.
   */
  strangersTo(collection: string, name: string): readonly string[] {
    const own = this.#items.get(collection) ?? [];
    const addresses = new Set(own.map((item) => itemAddressOf(item, 'uuid')));
    const shapes = new Set(own.map(propertyNamesOf));
    return [...this.#items]
      .filter(([path]) => lastWord(path) !== lastWord(collection))
      .filter(([path]) => !isPluralOf(lastWord(path), name))
      .flatMap(([, items]) => items.slice(0, 1))
      .filter((item) => !shapes.has(propertyNamesOf(item)) && !('type' in item))
      .map((item) => itemAddressOf(item, 'uuid'))
      .filter((address) => !addresses.has(address))
      .filter((address) => address !== undefined);
  }

  /** Whether anything was listed or created in a collection. */
  knows(collection: string): boolean {
    return (this.#items.get(collection)?.length ?? 0) > 0;
  }

  /** Notes that parameters were found. */
  confirm(path: string, params: Params): void {
    const known = this.#confirmed.get(path) ?? [];
    if (known.length < maxHarvested) this.#confirmed.set(path, [...known, params]);
  }

  /** Parameters that were found. */
  confirmedOf(path: string): readonly Params[] {
    return this.#confirmed.get(path) ?? [];
  }

  /** Takes the parameters of a path that no list shows. */
  hand(path: string, all: readonly Params[]): void {
    const escaped = all.map((params) =>
      Object.fromEntries(
        Object.entries(params).map(([name, value]) => [name, encodeURIComponent(value)]),
      ),
    );
    this.#handed.set(path, escaped);
  }

  /** Parameters of a path that were passed in. */
  handedOf(path: string): readonly Params[] {
    return this.#handed.get(path) ?? [];
  }

  /** Parameters that should be found, up to a maximum. */
  paramsOf(path: string, max: number): readonly Params[] {
    let found: readonly Params[] = [{}];
    for (const name of parameterNamesIn(path)) {
      const template = collectionOf(path, name);
      found = found.flatMap((params) => [
        ...this.#handedUnder(`${template}/{${name}}`, name, params),
        ...this.#candidates(template, fillTemplate(template, params), name).map((value) =>
          withParam(params, name, value),
        ),
      ]);
      found = spread(found, name === parameterNamesIn(path).at(-1) ? max : maxHarvested);
    }
    return found;
  }

  /** What was passed in for a path is used for those below it, with the same parents. */
  #handedUnder(start: string, name: string, parents: Params): readonly Params[] {
    const known = [...this.#handed].flatMap(([path, all]) =>
      path === start || path.startsWith(`${start}/`) ? all : [],
    );
    const fits = known.filter((params) =>
      Object.entries(parents).every(([parent, value]) => (params[parent] ?? value) === value),
    );
    const values = [...new Set(fits.map((params) => params[name]!))];
    return values.map((value) => Object.assign({}, parents, { [name]: value }));
  }

  #candidates(template: string, collection: string, name: string): readonly string[] {
    const items = this.#items.get(collection) ?? [];
    const listed = items
      .map((item) => itemAddressOf(item, name))
      .filter((text) => text !== undefined);
    // If collections of this kind are known, entities of another parent do not belong to this one.
    const isKnownKind = [...this.#items.keys()].some((path) => matchesTemplate(path, template));
    if (listed.length > 0 || isKnownKind) return listed;
    const named = this.addressesOf(namedThing(name));
    return named.length > 0 ? named : this.valuesOf(name);
  }

  #keep(path: string, items: readonly Record<string, unknown>[]): void {
    const known = this.#items.get(path) ?? [];
    const renewed = new Set(items.map(itemKeyOf));
    const others = known.filter((item) => !renewed.has(itemKeyOf(item)));
    this.#items.set(path, [...others, ...items].slice(-maxHarvested));
  }

  #note(value: unknown, property = ''): void {
    if (Array.isArray(value)) value.forEach((item) => this.#note(item, property));
    else if (isRecord(value)) {
      for (const [name, inner] of Object.entries(value)) this.#note(inner, name);
    } else if (typeof value === 'string' && property !== '') {
      const known = this.#values.get(property) ?? new Set();
      if (known.size < maxHarvested) known.add(value);
      this.#values.set(property, known);
    }
  }
}

/** What addresses an item: the property the parameter is named after, its uuid or its slug. */
function itemAddressOf(item: Record<string, unknown>, name: string): string | undefined {
  const address = item[name] ?? item['uuid'] ?? item['slug'];
  return typeof address === 'string' ? address : undefined;
}

function propertyNamesOf(item: Record<string, unknown>): string {
  return Object.keys(item).join();
}

function withParam(params: Params, name: string, value: string): Params {
  return { ...params, [name]: encodeURIComponent(value) };
}

function itemKeyOf(item: Record<string, unknown>): string {
  return itemAddressOf(item, 'uuid') ?? JSON.stringify(item);
}

/** Picks evenly from a list, so that a few children come from several parents. */
function spread<T>(list: readonly T[], max: number): readonly T[] {
  if (list.length <= max) return list;
  return Array.from({ length: max }, (_, at) => list[Math.floor((at * list.length) / max)]!);
}
