/** The codes of rights, a part of the table of error codes. */
export const identityErrorCodes = {
  last_owner: {
    status: 409,
    title: 'The last owner cannot be removed',
    next: 'Make somebody else an owner first.',
  },
} as const;
