import type { StateResponse } from './api.js';
import { element } from './dom.js';
import { valueList } from './fields.js';
import { valuesIn } from './history-entry.js';
import { readQuietly } from './quiet-reader.js';
import { fillState, emptyState } from './states.js';
import { timeElement, timeZone } from './times.js';

const unknownTexts: Readonly<Record<string, string>> = {
  absent: 'It did not exist then: it was not yet created, or deleted.',
  erased: 'Its values then were erased.',
  unknown: 'The history does not have its values then.',
};

/** A choice of a time, and what an entity was then. */
export function momentChoice(uuid: string, isCurrent: () => boolean): HTMLElement {
  const input = element('input', {
    id: 'moment',
    type: 'datetime-local',
    step: 1,
    max: '9999-12-31T23:59:59',
    required: true,
  });
  const form = element(
    'form',
    {},
    element('label', { for: 'moment' }, `What it was at (${timeZone})`),
    input,
    element('button', { type: 'submit' }, 'Show'),
  );
  const region = element('div', { class: 'past', 'aria-live': 'polite' });
  let question = 0;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const own = ++question;
    const at = new Date(input.value).toISOString();
    void fillState(
      region,
      () => pastState(uuid, at),
      () => isCurrent() && own === question,
    );
  });
  return element('div', { class: 'moment' }, form, region);
}

async function pastState(uuid: string, at: string): Promise<Node> {
  const path = `/registry/${uuid}/history?at=${encodeURIComponent(at)}`;
  const { state } = await readQuietly<{ state: StateResponse }>(path);
  const { knowledge, validFrom, validTo } = state;
  const values = valuesIn(state.value);
  const until = validTo === null ? 'now' : timeElement(validTo);
  const span = validFrom && ['From ', timeElement(validFrom), ' until ', until];
  return element(
    'div',
    {},
    element('h4', {}, 'What it was at ', timeElement(at)),
    span ? element('p', { class: 'words' }, ...span) : null,
    values ? valueList(values) : emptyState(unknownTexts[knowledge] ?? knowledge),
  );
}
