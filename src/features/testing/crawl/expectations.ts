import { isRecord, parseJson } from '../json.js';
import type { Expected, HttpAnswer } from './exchange.js';

/** Anything but a failure: the answer is only searched. */
export const answered: Expected = { says: 'is an answer', holds: () => true };

/** A 2xx. */
export const succeeds: Expected = { says: 'is 2xx', holds: isSuccess };

/** A 404 or 410. */
export const absent: Expected = {
  says: 'is 404',
  holds: ({ status }) => status === 404 || status === 410,
};

/** A 4xx, or a page without a single item. */
export const findsNothing: Expected = {
  says: 'is 4xx or an empty page',
  holds: (answer) => isRefusal(answer) || isEmptyPage(answer),
};

/** A 4xx, with one of these codes where some are named. */
export function refused(...codes: readonly string[]): Expected {
  if (codes.length === 0) return { says: 'is 4xx', holds: isRefusal };
  return {
    says: `is 4xx with the code ${codes.join(' or ')}`,
    withoutCodes: refused(),
    holds: (answer) => isRefusal(answer) && codes.includes(String(codeOf(answer))),
  };
}

/** A 4xx, or a batch that answers it for one of its items: `{ items: [{ code: 404 }] }`. */
export const refusedInPart: Expected = {
  says: 'is 4xx, or has an item with such a code',
  holds: (answer) => isRefusal(answer) || itemsOf(answer).some(isRefusedItem),
};

/** Whether an answer is a 2xx. */
export function isSuccess({ status }: HttpAnswer): boolean {
  return status >= 200 && status < 300;
}

function isRefusal({ status }: HttpAnswer): boolean {
  return status >= 400 && status < 500;
}

function isEmptyPage(answer: HttpAnswer): boolean {
  const body = parseJson(answer.body);
  return isRecord(body) && Array.isArray(body['items']) && body['items'].length === 0;
}

function itemsOf(answer: HttpAnswer): readonly unknown[] {
  const body = parseJson(answer.body);
  return isRecord(body) && Array.isArray(body['items']) ? body['items'] : [];
}

function isRefusedItem(item: unknown): boolean {
  const code = isRecord(item) ? Number(item['code']) : Number.NaN;
  return code >= 400 && code < 500;
}

function codeOf({ body }: HttpAnswer): unknown {
  const problem = parseJson(body);
  return isRecord(problem) ? problem['code'] : undefined;
}
