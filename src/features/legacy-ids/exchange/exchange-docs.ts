import type { ApiTag, OperationText } from '../../../core/http/describe.decorators.js';
import type { JsonSchema } from '../../../core/json-schema/json-schema.js';
import { arrayOf, closedModel, nullable } from '../../../core/json-schema/json-schema.js';

/** What the API description says of the exchange of old numbers. */
export const legacyIdsTag: ApiTag = {
  name: 'Legacy ids',
  description:
    'For a limited time, public ids in exchange for the numeric ids of earlier versions.',
};

/** The text of the exchange, which ends. */
export function exchangeDocs(end: string): OperationText {
  return {
    summary: 'Exchange old numeric ids',
    description: `Returns the public id for each old number, in the order of the request, or null where the caller can see no resource. Until ${end}; afterwards it is 410 \`legacy_id_retired\`.`,
  };
}

/** The public ids in exchange for old numbers; the numbers are not repeated. */
export const exchangedUuids: JsonSchema = closedModel('ExchangedUuids', {
  uuids: arrayOf(
    nullable({ type: 'string', format: 'uuid' }),
    'The public ids, in the order of the numbers; null where there is none.',
  ),
});
