import { byId } from './dom.js';
import { openEntity } from './entity.js';
import { decoded, readUuid } from './links.js';
import { startSearch } from './search.js';
import { nothing } from './states.js';

/** The address after the `#` names the entity that is open, so that it can be kept and sent. */
function show(): void {
  const uuid = readUuid(decoded(location.hash.slice(1)));
  if (uuid) void openEntity(uuid);
  else byId('entity').replaceChildren(nothing('Search for a name, or paste a public id.'));
}

startSearch();
addEventListener('hashchange', show);
show();
