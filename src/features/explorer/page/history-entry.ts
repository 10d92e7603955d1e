import type { Actors } from './actors.js';
import { actorLine } from './actors.js';
import type { ChangeResponse, NamedValues, Values } from './api.js';
import { element } from './dom.js';
import { differenceList, differencesOf, valueList } from './fields.js';
import { timeElement } from './times.js';

/** The values without the name of their entity. */
export function valuesIn(named: NamedValues): Values | undefined {
  return named === null ? undefined : Object.values(named)[0];
}

/** Shows a change: what happened, when, who did it, and the values that it changed. */
export function changeEntry(change: ChangeResponse, actors: Actors): HTMLElement {
  const { operation, validFrom, actorUuid } = change;
  return element(
    'li',
    { class: 'change', 'data-operation': operation },
    element(
      'h4',
      {},
      element('span', { class: 'operation' }, operation),
      ' ',
      timeElement(validFrom),
    ),
    actorLine(actorUuid, actors),
    changedValues(change),
    operation === 'changed' ? wholeRecord(valuesIn(change.value)) : null,
  );
}

function changedValues(change: ChangeResponse): HTMLElement | null {
  const [before, after] = [valuesIn(change.before) ?? {}, valuesIn(change.after) ?? {}];
  const differences = differencesOf(before, after);
  if (differences.length > 0) return differenceList(differences);
  const reason = reasonOf(change);
  return reason === undefined ? null : element('p', { class: 'words' }, reason);
}

/** Why a change has no values to show. */
function reasonOf({ operation, knowledge }: ChangeResponse): string | undefined {
  if (operation === 'deleted') return undefined;
  if (operation === 'batch') return 'Many rows were changed at once, perhaps this one.';
  if (knowledge === 'erased') return 'Its values were erased.';
  if (knowledge === 'unknown') return 'The history has no values of this change.';
  return 'None of the properties shown here changed.';
}

/** The whole record, made when it is opened: a page has many of them. */
function wholeRecord(values: Values | undefined): HTMLElement | null {
  if (values === undefined) return null;
  const made = element(
    'details',
    { class: 'state' },
    element('summary', {}, 'The whole record then'),
  );
  made.addEventListener('toggle', () => made.append(valueList(values)), { once: true });
  return made;
}
