import type { ApiTag, OperationText } from '../../core/http/describe.decorators.js';

/** What the API description says of the registry's routes. */
export const registryTag: ApiTag = {
  name: 'Registry',
  description:
    'Every entity of the application under its public id: what a UUID is, where the API keeps it, and how to find entities by name.',
};

export const resolveDocs: OperationText = {
  summary: 'Resolve a public id',
  description:
    'Returns the type, the status and the address of the entity that has this public id, and no name. The response is 404 for a UUID that was never given out and 410 for a deleted entity.',
  parameters: { uuid: 'The public id of an entity of any type.' },
};

export const resolveBatchDocs: OperationText = {
  summary: 'Resolve many public ids',
  description:
    'Resolves 1 to 100 public ids at once and returns them in the same order. Each item has a `code` of its own: 200, 404 for a UUID that was never given out, or 410 for a deleted entity.',
};

export const entitiesDocs: OperationText = {
  summary: 'List entities',
  description:
    'Returns a page of entities of all types, the newest first unless `sort` says otherwise. Archived entities are listed on request only, and deleted ones never.',
};

export const searchDocs: OperationText = {
  summary: 'Search entities by name',
  description:
    'Returns a page of entities whose name matches `q`: exact matches first, then names that begin with it, names that contain its words and, where the others are few, names with similar words. Case and accents make no difference. A public id finds its entity.',
};

export const typeaheadDocs: OperationText = {
  summary: 'Suggest entities while typing',
  description: 'Returns the ten best matches of `q`, in the order of the search.',
};

export const countsDocs: OperationText = {
  summary: 'Count entities by type',
  description:
    'Returns how many entities of each type are active, archived and deleted. A large registry is not counted but estimated from the statistics of the database, as `basis` says.',
};
