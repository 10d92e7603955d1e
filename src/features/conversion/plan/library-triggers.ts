import type { FoundTable, FoundTrigger } from '../catalog/facts.js';
import { sqlTable } from '../steps/names.js';

/** What a trigger of this library belongs to. */
type Purpose = 'log' | 'fence' | 'link' | 'ids' | 'other';

const linkFunctions = ['link_master', 'claim_master', 'release_master'];
/** Functions of one table have its name before their own, and a digest where both are too long. */
const idFunctions = /^refuse_identity_change$|_(?:enrol|entomb|clear|name|retire)$|_[0-9a-f]{8}$/;

function purposeOf({ name, function: called }: FoundTrigger): Purpose {
  if (name.endsWith('_logged')) return 'log';
  if (called === 'fence_write') return 'fence';
  if (linkFunctions.includes(called)) return 'link';
  return idFunctions.test(called) ? 'ids' : 'other';
}

/**
 * Why a table with triggers of this library is not converted. One that keeps its own key may have
 * ids and a link of this library: neither looks at the column that is followed.
 */
export function libraryRefusals({ table, triggers }: FoundTable, keepsKey: boolean): string[] {
  const own = triggers.filter(({ functionSchema }) => functionSchema === 'dual_id');
  const found = new Map(own.map((trigger) => [purposeOf(trigger), trigger.name] as const));
  // The guard of a link is like that of ids.
  if (found.has('link')) found.delete('ids');
  return [...found]
    .filter(([purpose]) => !(keepsKey && (purpose === 'ids' || purpose === 'link')))
    .map(([purpose, trigger]) => wayOuts[purpose](sqlTable(table), trigger));
}

const wayOuts: Readonly<Record<Purpose, (name: string, trigger: string) => string>> = {
  log: (name, trigger) =>
    `${name} has a log of this library (${trigger}). End it with removeHistory, convert, and call addHistory again after the contract.`,
  fence: (name, trigger) =>
    `${name} has a fence of this library (${trigger}). Take it away with removeFencing, convert, and add it again after the contract.`,
  link: (name, trigger) =>
    `${name} has a master link of this library (${trigger}), and so both ids of its passports. Convert a table before addMasterLink, not after it.`,
  ids: (name, trigger) =>
    `${name} has ids of this library (${trigger}): both, or a key that its passports, edges and kept answers go by. Convert a table before addDualId, addGuidId or addReferenceId, not after it.`,
  other: (name, trigger) =>
    `${name} has a trigger of this library (${trigger}). Remove what made it, convert, and add it again after the contract.`,
};
