import { dualIdDataSource, View } from 'nest-dual-id';
import type { ViewClass } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import { ViewRegistry } from '../../../src/core/view/view-registry.js';
import { freshDatabase } from '../../support/database.js';
import { oddEntities } from './odd.entities.js';

type EntityClass = abstract new (...args: never[]) => object;

/** Compiles views of odd entities, whose tables do not exist. */
export interface OddViews {
  /** The sentence that refuses the last of these views. */
  refusal(...views: ViewClass[]): string;
  close(): Promise<void>;
}

/** Maps the odd entities. */
export async function openOddViews(): Promise<OddViews> {
  const { url, drop } = await freshDatabase();
  const dataSource = new DataSource(dualIdDataSource({ url, entities: oddEntities }));
  await dataSource.initialize();
  const close = async () => {
    await dataSource.destroy();
    await drop();
  };
  return { refusal: (...views) => refusal(new ViewRegistry(dataSource), views), close };
}

function refusal(registry: ViewRegistry, views: readonly ViewClass[]): string {
  try {
    for (const view of views) registry.get(view);
  } catch (error) {
    return (error as Error).message;
  }
  return 'It compiles.';
}

/** A view called Shown, of an entity, with one decorated property. */
export function viewOf(
  entity: EntityClass,
  property: string,
  decorate: PropertyDecorator,
): ViewClass {
  class Shown {}
  decorate(Shown.prototype, property);
  View(entity)(Shown);
  return Shown;
}
