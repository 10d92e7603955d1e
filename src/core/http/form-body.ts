import type { FastifyRequest } from 'fastify';
import type { InputClass } from '../body/body-fields.js';
import { bodyFieldsOf } from '../body/body-fields.js';

/**
 * A body as the client wrote it: a parser wraps the fields of a form with files, and takes a list
 * of one for a single field.
 */
export function parsedBody(request: FastifyRequest, lists: ReadonlySet<string>): unknown {
  const { body } = request;
  if (!isForm(request) || typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, part]: [string, unknown]) => {
      const values = [part].flat().map((one) => (isFormField(one) ? one.value : one));
      return [name, Array.isArray(part) || lists.has(name) ? values : values[0]];
    }),
  );
}

/** Whether a body is a form, whose values are all texts. */
export function isForm({ headers }: FastifyRequest): boolean {
  return forms.test(headers['content-type'] ?? '');
}

const forms = /^\s*(?:multipart\/|application\/x-www-form-urlencoded)/i;

/** The public ids in an input's lists. */
export function listNamesOf(input: InputClass | undefined): ReadonlySet<string> {
  const fields = input ? bodyFieldsOf(input) : [];
  return new Set(fields.filter(({ each }) => each).map(({ property }) => property));
}

function isFormField(part: unknown): part is { readonly value?: unknown } {
  return typeof part === 'object' && part !== null && 'fieldname' in part;
}
