const leave = Symbol('nest-dual-id:leave');

/**
 * How a response may leave: its headers are looked at, or nothing of it is. One that is due for a
 * check may not leave yet, whatever its address.
 */
export type Leave = 'checked' | 'unchecked' | 'due';

/** Notes on Node's response how it may leave. */
export function mark(response: object, way: Leave): void {
  (response as { [leave]?: Leave })[leave] = way;
}

/** What was noted on a response. */
export function leaveOf(response: object): Leave | undefined {
  return (response as { [leave]?: Leave })[leave];
}

/** Lets a body out that the library made itself. */
export function letOut(response: object): void {
  mark(response, 'checked');
}
