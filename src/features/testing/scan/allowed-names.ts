/**
 * The only properties that may have the name of an internal id: an event's `id` is its uuid
 * (CloudEvents 1.0), and OpenAPI names its operations by `operationId`.
 */
export function isAllowedName(name: string, owner: Record<string, unknown>): boolean {
  if (name === 'id') return typeof owner['specversion'] === 'string';
  return name === 'operationId' && isOperation(owner);
}

function isOperation(owner: Record<string, unknown>): boolean {
  return typeof owner['responses'] === 'object';
}
