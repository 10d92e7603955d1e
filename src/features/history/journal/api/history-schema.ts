import { nextCursor } from '../../../../core/http/response-schema.js';
import type { JsonSchema } from '../../../../core/json-schema/json-schema.js';
import { closedObject, nullable } from '../../../../core/json-schema/json-schema.js';
import type { RecordedView } from '../recorded-view.js';

const state = {
  knowledge: {
    type: 'string',
    enum: ['known', 'absent', 'erased', 'unknown'],
    description:
      'What is known of the entity then: its values; that it did not exist or was deleted; that its values were erased; or nothing.',
  },
} as const;
const versionSchema: JsonSchema = {
  type: 'string',
  description: 'Names the change that led to this state.',
  examples: ['Zk5vDq2eWm0rJ8sXbT1yLg'],
};
const validFrom: JsonSchema = {
  type: 'string',
  format: 'date-time',
  description: 'When the change was made.',
};
const validTo: JsonSchema = {
  type: ['string', 'null'],
  format: 'date-time',
  description: 'When the next change was made; null for the current state.',
};
const operation: JsonSchema = {
  type: 'string',
  enum: ['created', 'changed', 'deleted', 'batch'],
  description:
    'What happened; a batch changed many rows at once, perhaps this one, and left no values.',
};
const actorUuid: JsonSchema = {
  type: ['string', 'null'],
  format: 'uuid',
  description: 'The public id of who did it; null where nobody was named.',
};

/** The name under which an answer shows the values of an entity. */
export function shownAs({ entity: { name } }: RecordedView): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** The schema of a page of a history: the values stand under the name of their entity. */
export function historySchema(views: readonly RecordedView[]): JsonSchema {
  const whole = { ...valuesOf(views, 'Past', true), description: 'The values; null unless known.' };
  const part = valuesOf(views, 'Changed', false);
  const item = closedObject({
    operation,
    ...state,
    validFrom,
    validTo,
    actorUuid,
    version: versionSchema,
    value: whole,
    before: { ...part, description: 'What the changed properties were before.' },
    after: { ...part, description: 'What the changed properties were after.' },
  });
  const at = closedObject({
    ...state,
    validFrom: nullable(validFrom),
    validTo,
    version: nullable(versionSchema),
    value: whole,
  });
  return {
    title: 'HistoryPage',
    ...closedObject({
      items: {
        type: 'array',
        items: { title: 'HistoryItem', ...item },
        description: 'The changes of this page, the newest first; none with `at`.',
      },
      nextCursor,
      state: {
        ...nullable(at),
        description: 'The state at the time of `at`; null without it.',
      },
    }),
  };
}

/** Old images may lack any value; of a change only the changed properties are shown. */
function valuesOf(views: readonly RecordedView[], prefix: string, isWhole: boolean): JsonSchema {
  const shapes = views.map((view) => {
    const { title, properties = {}, required = [] } = view.compiled.schema;
    const anyValue = Object.entries(properties).map(([name, one]) => [name, nullable(one)]);
    const shape: JsonSchema = {
      title: `${prefix}${title}`,
      type: 'object',
      properties: Object.fromEntries(anyValue) as Record<string, JsonSchema>,
      ...(isWhole ? { required } : {}),
      additionalProperties: false,
    };
    return [shownAs(view), shape] as const;
  });
  return {
    type: ['object', 'null'],
    properties: Object.fromEntries(shapes),
    additionalProperties: false,
  };
}
