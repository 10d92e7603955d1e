import { element } from './dom.js';
import { useKey } from './key.js';

let shownForms = 0;

/** Asks for the key of an API that lets in nobody without one. */
export function keyForm(): HTMLElement {
  const id = `key-${++shownForms}`;
  const input = element('input', {
    id,
    type: 'password',
    autocomplete: 'off',
    spellcheck: 'false',
    maxlength: 8192,
    required: true,
  });
  const form = element(
    'form',
    { class: 'key' },
    element('label', { for: id }, 'Key, kept for this tab only'),
    input,
    element('button', { type: 'submit' }, 'Use key'),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const key = input.value.trim();
    // A header can hold nothing else.
    if (/^[\u0021-\u007e]+$/.test(key)) useKey(key);
  });
  return form;
}
