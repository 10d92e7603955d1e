import { elementById } from './dom.js';
import { openEntity } from './entity.js';
import { keyChanged } from './key.js';
import { decoded, readUuid } from './links.js';
import { startSearch } from './search.js';
import { emptyState } from './states.js';

/** The address after the `#` names the open entity, so that it can be bookmarked and shared. */
function show(): void {
  const uuid = readUuid(decoded(location.hash.slice(1)));
  if (uuid) void openEntity(uuid);
  else
    elementById('entity').replaceChildren(emptyState('Search for a name, or paste a public id.'));
}

startSearch();
addEventListener('hashchange', show);
addEventListener(keyChanged, show);
show();
