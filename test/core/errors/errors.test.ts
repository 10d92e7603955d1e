import { describe, expect, test } from '@jest/globals';
import type { ErrorCode } from 'nest-dual-id';
import { DualIdError, errorCodes, problem, problemsOf } from 'nest-dual-id';

const codes = Object.keys(errorCodes) as ErrorCode[];

describe('the table of codes', () => {
  test.each(codes)('gives %s a status, a title and a next step', (code) => {
    const { status, title, next } = errorCodes[code];
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(next).toMatch(/^[A-Z].*\.$/);
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(problem(code)).toMatchObject({ code, status, message: `${title}. ${next}` });
  });
});

describe('an error', () => {
  test('describes the first fault it lists', () => {
    const detail = 'is not a public id';
    const next = errorCodes.malformed_public_id.next;
    for (const place of ['parameter', 'header', 'pointer'] as const) {
      const { message } = problem('malformed_public_id', { errors: [{ [place]: 'x', detail }] });
      expect(message).toBe(`Malformed public id: x ${detail}. ${next}`);
    }
    const whole = problem('invalid_body', {
      errors: [{ pointer: '', detail: 'must be a JSON object' }],
    });
    expect(whole.message).toMatch(/^The body is invalid: must be a JSON object\. /);
  });

  test('shows its own detail instead of its title', () => {
    expect(problem('not_found', { detail: 'No such cart.' }).message).toBe(
      `No such cart. ${errorCodes.not_found.next}`,
    );
  });

  test('hides its cause when printed', () => {
    const cause = new Error('row 7700000000000');
    const error = problem('internal', { cause });
    expect(error.cause).toBe(cause);
    expect(JSON.stringify(error)).not.toContain('77000');
    expect(JSON.stringify({ error })).toContain('"code":"internal"');
    expect(JSON.stringify({ ...error })).not.toContain('"cause":{"message"');
  });

  test('of an application comes from its own table', () => {
    const shopProblem = problemsOf({
      cart_empty: { status: 409, title: 'The cart is empty', next: 'Add a product.' },
    });
    const error = shopProblem('cart_empty', { retryAfter: 3 });
    expect(error).toBeInstanceOf(DualIdError);
    expect(error).toMatchObject({ code: 'cart_empty', status: 409, details: { retryAfter: 3 } });
  });
});
