import type { InputClass } from '../../../core/body/body-fields.js';
import { bodyFieldsOf } from '../../../core/body/body-fields.js';
import { foreignReasonOf } from '../../../core/body/foreign-payload.js';
import type { CompiledRoute } from '../../../core/http/compiled-route.js';
import { numericIdsReasonOf } from '../../../core/http/id-exceptions.js';
import { externalIdsOf } from '../../../core/ids/external-id.js';
import type { CompiledView } from '../../../core/view/compiled-view.js';
import type { JsonSchema } from '../../../core/json-schema/json-schema.js';
import { fieldsOf } from '../../../core/view/view.decorator.js';

/** Something the application declares to be outside a rule. Not a finding. */
export interface Declared {
  /** The property or the route. */
  readonly place: string;
  /** The declaration, with the given reason. */
  readonly what: string;
}

const externalIdText = 'the identifier of another system';

interface Declaring {
  readonly routes: readonly CompiledRoute[];
  readonly views: readonly CompiledView[];
  /** Exempt paths and classes, with their reasons. */
  readonly exempt: Readonly<Record<string, string>>;
}

/**
 * Every declared exemption of an application: exemptions, identifiers of other systems, computed
 * fields that vouch for themselves, foreign payloads, unshaped routes, and routes that accept
 * numeric ids for a time.
 */
export function declaredIn({ routes, views, exempt }: Declaring): readonly Declared[] {
  const exemptions = Object.entries(exempt).map(([place, why]) => ({
    place,
    what: `exempt: ${why}`,
  }));
  return distinctDeclarations([
    ...exemptions,
    ...views.flatMap(ofView),
    ...routes.flatMap(ofRoute),
  ]);
}

function ofView({ name, viewClass }: CompiledView): readonly Declared[] {
  const vouched = fieldsOf(viewClass).flatMap((field) => {
    const reason = field.kind === 'computed' ? field.options.showsNoId?.trim() : undefined;
    return reason ? [{ place: `${name}.${field.property}`, what: `shows no id: ${reason}` }] : [];
  });
  const foreign = [...externalIdsOf(viewClass)].map((property) => external(`${name}.${property}`));
  return [...foreign, ...vouched];
}

function ofRoute(route: CompiledRoute): readonly Declared[] {
  const { method, url, origin, answer, body, query, responseSchema, translation } = route;
  const numeric = [translation?.declared, numericIdsReasonOf(origin)];
  const place = `${method} ${url}`;
  return [
    ...numeric.flatMap((what) => (what === undefined ? [] : [{ place, what }])),
    ...(body ? ofInput(body, place) : []),
    ...[...query.external].map((parameter) => external(`${place} ?${parameter}`)),
    ...(answer.kind === 'schema' && responseSchema ? ofSchema(responseSchema, place) : []),
    ...(answer.kind === 'unshaped' ? [{ place, what: `unshaped: ${answer.reason}` }] : []),
  ];
}

function ofInput(
  input: InputClass,
  place: string,
  around: readonly InputClass[] = [],
): readonly Declared[] {
  if (around.includes(input)) return [];
  const reason = foreignReasonOf(input);
  if (reason !== undefined)
    return [{ place: `${place} ${input.name}`, what: `foreign payload: ${reason}` }];
  const own = [...externalIdsOf(input)].map((name) => external(`${place} ${input.name}.${name}`));
  const inner = bodyFieldsOf(input).flatMap((field) =>
    field.kind === 'nested' ? ofInput(field.input(), place, [...around, input]) : [],
  );
  return [...own, ...inner];
}

function ofSchema({ properties = {}, items }: JsonSchema, place: string): readonly Declared[] {
  const own = Object.entries(properties).flatMap(([name, property]) => {
    const at = `${place} ${name}`;
    return property['x-external'] ? [external(at)] : ofSchema(property, at);
  });
  return items ? [...own, ...ofSchema(items, place)] : own;
}

function external(place: string): Declared {
  return { place, what: externalIdText };
}

function distinctDeclarations(all: readonly Declared[]): readonly Declared[] {
  return [...new Map(all.map((one) => [`${one.place} ${one.what}`, one])).values()];
}
