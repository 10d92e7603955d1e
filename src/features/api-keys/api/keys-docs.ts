import type { ApiTag, OperationText } from '../../../core/http/describe.decorators.js';

/** What the API description says of the routes that manage API keys. */
export const keysTag: ApiTag = {
  name: 'API keys',
  description:
    'Keys that authenticate requests, sent as `Authorization: Bearer <token>`. A token is shown once, when its key is created or rotated.',
};

const parameters = { keyUuid: 'The public id of an API key.' };

export const listKeysDocs: OperationText = {
  summary: 'List API keys',
  description:
    'Returns a page of keys, the newest first; expired and revoked ones stay. Callers without the permission to manage keys see those that act for themselves.',
};

export const createKeyDocs: OperationText = {
  summary: 'Create an API key',
  description:
    'Creates a key and returns it with its token, which is never shown again. A key that acts for somebody else, or for nobody, can only have scopes that the caller holds.',
};

export const getKeyDocs: OperationText = {
  summary: 'Get an API key',
  description: 'Returns what is known of a key; its token is not.',
  parameters,
};

export const revokeKeyDocs: OperationText = {
  summary: 'Revoke an API key',
  description: 'Revokes a key for good: at once here, and within a second on every instance.',
  parameters,
};

export const rotateKeyDocs: OperationText = {
  summary: 'Rotate an API key',
  description:
    'Creates a key like this one, which takes its place, and returns it with its token. The old key is valid for `graceSeconds` more. A key that was rotated already is refused with 409.',
  parameters,
};
