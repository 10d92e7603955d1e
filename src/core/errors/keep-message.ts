const kept = new WeakSet<object>();

/**
 * Lets the message of one exception reach the client, which otherwise gets the title of its status:
 * `throw keepMessage(new NotFoundException('No such table.'))`. Put no internal id into it.
 */
export function keepMessage<E extends Error>(exception: E): E {
  kept.add(exception);
  return exception;
}

/** Whether an exception went through `keepMessage`. */
export function keepsMessage(exception: object): boolean {
  return kept.has(exception);
}
