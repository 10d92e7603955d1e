import type { DualIdModuleOptions } from 'nest-dual-id';
import type { Api } from '../api.js';
import { startApi } from '../api.js';
import { libraryControllers } from './library.controllers.js';
import { libraryEntities } from './library.entities.js';
import type { Library } from './library.js';
import { openLibrary } from './library.js';

/** The library behind HTTP, with its database open beside it. */
export interface ServedLibrary extends Library {
  readonly api: Api;
}

/** Starts the library's application on a database of its own. */
export async function serveLibrary(options: DualIdModuleOptions = {}): Promise<ServedLibrary> {
  const library = await openLibrary(options);
  const { url } = library;
  const api = await startApi({
    url,
    options,
    entities: libraryEntities,
    controllers: libraryControllers,
  });
  const close = async () => {
    await api.close();
    await library.close();
  };
  return { ...library, api, close };
}
