const keptMessages = new WeakSet<object>();

/**
 * Lets the message of one exception reach the client, which otherwise gets the title of its status:
 * `throw keepMessage(new NotFoundException('No such table.'))`. Must not contain an internal id.
 */
export function keepMessage<E extends Error>(exception: E): E {
  keptMessages.add(exception);
  return exception;
}

/** Whether an exception went through `keepMessage`. */
export function keepsMessage(exception: object): boolean {
  return keptMessages.has(exception);
}
