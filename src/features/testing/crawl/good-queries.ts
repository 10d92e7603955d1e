import type { JsonSchema } from '../../../core/view/json-schema.js';
import { exampleOf } from '../../../core/openapi/example.js';
import { isRecord, parseJson } from '../json.js';
import type { Operation, Parameter } from './api-description.js';
import { isPage, isUuid, parametersIn } from './api-description.js';
import type { HttpAnswer } from './exchange.js';
import { succeeds } from './expectations.js';
import type { Params } from './harvest.js';
import { fill } from './path-template.js';
import type { GoodCalls } from './good-calls.js';
import type { Session } from './session.js';

/** A cursor the API gave, and the page it belongs to. */
export interface Cursor {
  readonly operation: Operation;
  readonly params: Params;
  readonly cursor: string;
}

/** Asks for pages in every documented way, and answers the cursors they gave. */
export async function useQueries(session: Session, calls: GoodCalls): Promise<readonly Cursor[]> {
  const cursors: Cursor[] = [];
  for (const operation of session.api.operations.filter(isPage)) {
    for (const { params } of calls.of(operation).slice(0, 2)) {
      const ask = asking(session, operation, params);
      for (const query of queriesOf(operation, params, session)) await ask(query);
      const cursor = cursorOf(session, operation, await ask('limit=1'));
      if (cursor === undefined) continue;
      cursors.push({ operation, params, cursor });
      await ask(`limit=1&after=${encodeURIComponent(cursor)}`);
    }
  }
  return cursors;
}

function asking(session: Session, operation: Operation, params: Params) {
  return (query: string) =>
    session.ask({
      name: 'query',
      operation,
      request: { method: 'GET', target: `${fill(operation.path, params)}?${query}` },
      expected: succeeds,
    });
}

function queriesOf(operation: Operation, params: Params, session: Session): readonly string[] {
  const page = fill(operation.path, params);
  return parametersIn(operation, 'query')
    .filter(({ name }) => name !== 'after')
    .flatMap((parameter) =>
      valuesOf(parameter, page, session).map(
        (value) => `${parameter.name}=${encodeURIComponent(value)}`,
      ),
    );
}

/** Two pages may mean different things by one name: what a page shows itself comes first. */
function valuesOf({ name, schema }: Parameter, page: string, { harvest }: Session): string[] {
  if (schema.enum) return schema.enum.map(String);
  const known = [
    ...harvest.addressesOf(name.replace(/_?Uuid$/, '')),
    ...harvest.valuesNear(page, name),
    ...harvest.valuesOf(name),
  ];
  if (known[0] !== undefined) return [known[0]];
  const example = String(exampleOf(schema));
  // An example that is made up for an unknown format is no example.
  const isMadeUp = schema.format !== undefined && example.startsWith('text');
  return isUuid(schema) || isMadeUp ? [] : [...bounds(schema), example];
}

function bounds({ minimum, maximum }: JsonSchema): readonly string[] {
  return [minimum, maximum].filter((bound) => bound !== undefined).map(String);
}

function cursorOf(
  { api }: Session,
  operation: Operation,
  answer: HttpAnswer | undefined,
): string | undefined {
  const page = answer && api.answerIn(parseJson(answer.body), operation);
  const cursor = isRecord(page) ? page['nextCursor'] : undefined;
  return typeof cursor === 'string' ? cursor : undefined;
}
