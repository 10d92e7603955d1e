/** The codes of the delta feed, a part of the table of error codes. */
export const feedErrorCodes = {
  invalid_offset: {
    status: 400,
    title: 'The offset cannot be used here',
    next: 'Use an offset of this feed exactly as it was given, or take a new snapshot.',
  },
  offset_ahead: {
    status: 409,
    title: 'The database was set back to a time before the offset',
    next: 'Take a new snapshot, read the rows again and follow from its offset.',
  },
  offset_expired: {
    status: 410,
    title: 'Changes after the offset were dropped from the log',
    next: 'Take a new snapshot, read the rows again and follow from its offset; keep changes for longer than a consumer may be away.',
  },
  cluster_changed: {
    status: 500,
    title: 'The log was moved to another cluster',
    next: 'Before the application writes, call SELECT dual_id.begin_feed_epoch() as the owner of the schema; consumers then continue from their offsets.',
  },
} as const;
