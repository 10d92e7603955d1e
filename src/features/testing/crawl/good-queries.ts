import { parseJsonText } from '../json.js';
import type { CrawledOperation } from './api-description.js';
import { isPage, parametersIn } from './api-description.js';
import type { HttpAnswer } from './exchange.js';
import { succeeds } from './expectations.js';
import type { Params } from './harvest.js';
import { fillTemplate } from './path-template.js';
import type { GoodCall, GoodCalls } from './good-calls.js';
import { queryValuesOf } from './query-maker.js';
import { mergeQueries } from './query-text.js';
import type { Session } from './session.js';
import { isRecord } from '../../../core/values/record.js';

/** A cursor the API returned, and the page it belongs to. */
export interface Cursor {
  readonly operation: CrawledOperation;
  readonly params: Params;
  readonly cursor: string;
}

/** Requests pages in every documented way, and returns the cursors they gave. */
export async function useQueries(session: Session, calls: GoodCalls): Promise<readonly Cursor[]> {
  const cursors: Cursor[] = [];
  for (const operation of session.api.operations.filter(isPage)) {
    for (const call of calls.of(operation).slice(0, 2)) {
      const { params } = call;
      const ask = asking(session, operation, call);
      for (const query of queriesOf(operation, params, session)) await ask(query);
      const cursor = cursorOf(session, operation, await ask('limit=1'));
      if (cursor === undefined) continue;
      cursors.push({ operation, params, cursor });
      await ask(`limit=1&after=${encodeURIComponent(cursor)}`);
    }
  }
  return cursors;
}

function asking(session: Session, operation: CrawledOperation, { params, query: base }: GoodCall) {
  return (query: string) =>
    session.ask({
      name: 'query',
      operation,
      request: {
        method: 'GET',
        target: `${fillTemplate(operation.path, params)}?${mergeQueries(base, query)}`,
      },
      expected: succeeds,
    });
}

function queriesOf(
  operation: CrawledOperation,
  params: Params,
  session: Session,
): readonly string[] {
  const page = fillTemplate(operation.path, params);
  return parametersIn(operation, 'query')
    .filter(({ name }) => name !== 'after')
    .flatMap((parameter) =>
      queryValuesOf(parameter, page, session.harvest).map(
        (value) => `${parameter.name}=${encodeURIComponent(value)}`,
      ),
    );
}

function cursorOf(
  { api }: Session,
  operation: CrawledOperation,
  answer: HttpAnswer | undefined,
): string | undefined {
  const page = answer && api.answerIn(parseJsonText(answer.body), operation);
  const cursor = isRecord(page) ? page['nextCursor'] : undefined;
  return typeof cursor === 'string' ? cursor : undefined;
}
