import { expect } from '@jest/globals';
import type { HttpResponse } from '../../support/http-client.js';
import { docs } from './depot.js';

const links = `<${docs}>; rel="deprecation", <${docs}>; rel="sunset"`;

/** An id that no row has had. */
export const missing = 123_456_789;

/** Status and code where a public id is expected, and something else was sent. */
export const malformed = [400, 'malformed_public_id'];

/** What a client sees of a response, besides its headers. */
export function shown({ status, text }: HttpResponse) {
  return { status, text };
}

export function codeOf({ status, body }: HttpResponse) {
  return [status, body.code];
}

/** Expects that a response tells of the end of old numbers. */
export function expectTold({ headers }: HttpResponse): void {
  expect(headers).toMatchObject({
    deprecation: '@1769851800',
    sunset: 'Thu, 31 Dec 2099 23:00:00 GMT',
    link: links,
  });
}
