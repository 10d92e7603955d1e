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
  pepper_differs: {
    status: 500,
    title: 'Existing API keys were hashed with another pepper',
    next: 'Put the former secret back into the option peppers, and a new one under a higher version.',
  },
  pepper_unproven: {
    status: 500,
    title: 'Existing API keys may have been hashed with another pepper',
    next: 'Use one of these keys once on an instance with the same peppers, or revoke them all, or use a pepper of a higher version.',
  },
} as const;
