/** The codes of API keys, a part of the table of error codes. */
export const apiKeyErrorCodes = {
  key_inactive: {
    status: 409,
    title: 'The API key is revoked or expired',
    next: 'Create a new key.',
  },
  key_rotated: {
    status: 409,
    title: 'The API key was rotated already',
    next: 'Use the key that replaced it, or rotate that one.',
  },
} as const;
