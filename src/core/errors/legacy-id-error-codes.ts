/** The codes of old numeric ids, a part of the table of error codes. */
export const legacyIdErrorCodes = {
  legacy_id_retired: {
    status: 410,
    title: 'Old numeric ids are not accepted any more',
    next: 'Send the public id, a UUID, that the API returned for the same resource.',
  },
} as const;
