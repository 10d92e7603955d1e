import { parseJsonText } from '../json.js';
import { falseUuidsIn } from '../scan/false-uuids.js';
import type { Leak } from '../scan/find-leaks.js';
import { findDataLeaks, findIds, findLeaks } from '../scan/find-leaks.js';
import type { HttpAnswer, HttpRequest } from './exchange.js';
import { headerFaults } from './header-check.js';
import type { MeasureFault, Measures } from './measures.js';

/** The internal details a response carries in its body and headers. */
export function leakFaults(
  request: HttpRequest,
  answer: HttpAnswer,
  measures: Measures,
): MeasureFault[] {
  const { canaries, vocabulary } = measures;
  const sent = requestText(request);
  const told = (where: string, leaks: readonly Leak[]) =>
    leaks
      .filter((leak) => !isEcho(leak, sent))
      .map(({ kind, what }) => ({ where, what: `${kind}: ${what}` }));
  return [
    ...told('body', bodyLeaks(answer, measures)),
    ...falseUuidsIn(parseJsonText(answer.body)).map((at) => ({
      where: 'body',
      what: `${at} has the name of a public id, but holds none`,
    })),
    ...headerFaults(answer.headers),
    ...Object.entries(answer.headers).flatMap(([name, value]) =>
      told(`header ${name}`, findLeaks(value, canaries, vocabulary)),
    ),
  ];
}

function bodyLeaks(answer: HttpAnswer, { canaries, vocabulary }: Measures): readonly Leak[] {
  // Scripts, styles and pages are files; only an id would be out of place in them.
  if (/javascript|css|html/.test(answer.headers['content-type'] ?? '')) {
    return findIds(answer.body, canaries);
  }
  const find = answer.status >= 400 ? findLeaks : findDataLeaks;
  return find(answer.body, canaries, vocabulary);
}

/** What a client sent may be returned to it. */
function isEcho({ kind, sample }: Leak, sent: string): boolean {
  return kind !== 'internal name' && sent.includes(sample);
}

function requestText({ target, headers, body }: HttpRequest): string {
  return [target, decodedTarget(target), JSON.stringify(headers ?? {}), String(body ?? '')].join(
    '\n',
  );
}

function decodedTarget(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return '';
  }
}
