import { CheckedBody } from './checked-body.js';

/** Property of Node's response that records how it may leave. */
export const leave: unique symbol = Symbol('nest-dual-id:leave');

/** Property of Node's response that holds the body it may send while it is due for a check. */
export const checkedBody: unique symbol = Symbol('nest-dual-id:checked-body');

/**
 * How a response may leave: with its headers checked, or entirely unchecked. One due for a check
 * may not leave yet, whatever its address.
 */
export type ExitState = 'checked' | 'unchecked' | 'due';

/** Records on Node's response how it may leave. */
export function markExit(response: object, way: ExitState): void {
  (response as { [leave]?: ExitState })[leave] = way;
}

/** Records the text that was checked; anything else that is written later is refused. */
export function markText(response: object, text: string | undefined): void {
  markExit(response, 'due');
  const body = text === undefined ? undefined : new CheckedBody(text);
  (response as { [checkedBody]?: CheckedBody | undefined })[checkedBody] = body;
}

/** What was recorded on a response. */
export function leaveOf(response: object): ExitState | undefined {
  return (response as { [leave]?: ExitState })[leave];
}

/** Lets out a body made by the library itself. */
export function letOut(response: object): void {
  markExit(response, 'checked');
}
