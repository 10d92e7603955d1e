import { isIP } from 'node:net';
import { isUuidText } from '../ids/any-uuid.js';
import type { ValueParser } from './value-parser.js';
import { matching } from './value-parser.js';

/** The maximum length of a filter value; a page of the API may show longer ones. */
const maxFilterLength = 2000;

/** A filter may be the empty string, which a view shows as well. */
export const textFilter = matching(
  { type: 'string', maxLength: maxFilterLength },
  (text) => text.length <= maxFilterLength && !/[\0\p{Surrogate}]/u.test(text),
);

/** The application's own UUIDs may be of any version, including nil and max. */
export const uuidFilter: ValueParser = {
  schema: { type: 'string', format: 'uuid' },
  parse: (text) => (isUuidText(text) ? text.toLowerCase() : undefined),
  isPublicId: true,
};

/** Networks are compared as addresses, where bits beyond the mask are no error. */
export const addressFilter: ValueParser = {
  ...matching({ type: 'string' }, (text) => {
    const [host = '', bits, ...more] = text.split('/');
    const version = host.includes('%') ? 0 : isIP(host);
    if (version === 0 || more.length > 0) return false;
    return (
      bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
    );
  }),
  condition: (column, operator, bind) => `${column} ${operator} ${bind()}::inet`,
};

/** A truth value. */
export const truthFilter = matching(
  { type: 'boolean' },
  (text) => text === 'true' || text === 'false',
);
