import { isRecord } from '../../../core/values/record.js';
import { parseJsonText } from '../json.js';
import type { Expected, HttpAnswer } from './exchange.js';

/** Anything but a failure: the response is only searched. */
export const answered: Expected = { message: 'is a response', holds: () => true };

/** A 2xx. */
export const succeeds: Expected = { message: 'is 2xx', holds: isSuccess };

/** A 404 or 410. */
export const absent: Expected = {
  message: 'is 404',
  holds: ({ status }) => status === 404 || status === 410,
};

/** A 4xx, or an empty page. */
export const findsNothing: Expected = {
  message: 'is 4xx or an empty page',
  holds: (answer) => isRefusal(answer) || isEmptyPage(answer),
};

/** A 4xx, with one of these codes if any are given. */
export function expectRefused(...codes: readonly string[]): Expected {
  if (codes.length === 0) return { message: 'is 4xx', holds: isRefusal };
  return {
    message: `is 4xx with the code ${codes.join(' or ')}`,
    withoutCodes: expectRefused(),
    holds: (answer) => isRefusal(answer) && codes.includes(String(problemCodeOf(answer))),
  };
}

/** A 4xx, or a batch with it for one of its items: `{ items: [{ code: 404 }] }`. */
export const refusedInPart: Expected = {
  message: 'is 4xx, or has an item with such a code',
  holds: (answer) => isRefusal(answer) || batchItemsOf(answer).some(isRefusedItem),
};

/** Whether a response is a 2xx. */
export function isSuccess({ status }: HttpAnswer): boolean {
  return status >= 200 && status < 300;
}

function isRefusal({ status }: HttpAnswer): boolean {
  return status >= 400 && status < 500;
}

function isEmptyPage(answer: HttpAnswer): boolean {
  const body = parseJsonText(answer.body);
  return isRecord(body) && Array.isArray(body['items']) && body['items'].length === 0;
}

function batchItemsOf(answer: HttpAnswer): readonly unknown[] {
  const body = parseJsonText(answer.body);
  return isRecord(body) && Array.isArray(body['items']) ? body['items'] : [];
}

function isRefusedItem(item: unknown): boolean {
  const code = isRecord(item) ? Number(item['code']) : Number.NaN;
  return code >= 400 && code < 500;
}

function problemCodeOf({ body }: HttpAnswer): unknown {
  const problem = parseJsonText(body);
  return isRecord(problem) ? problem['code'] : undefined;
}
