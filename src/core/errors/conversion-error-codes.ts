/** The codes of conversions, a part of the table of error codes. */
export const conversionErrorCodes = {
  conversion_refused: {
    status: 500,
    title: 'The conversion cannot be done as things stand',
    next: 'Change what the message names, then plan it again; nothing was changed.',
  },
  conversion_taken: {
    status: 500,
    title: 'Another process runs conversions in this database',
    next: 'Wait for it or stop it; this one can be resumed afterwards.',
  },
  conversion_interrupted: {
    status: 500,
    title: 'The conversion was stopped before its end',
    next: 'Resume it, or roll it back; what it has done is kept.',
  },
  conversion_blocked: {
    status: 500,
    title: 'The tables have changed since the conversion was planned',
    next: 'Undo the change that the message names, then resume or roll back; what was done is kept.',
  },
  conversion_differs: {
    status: 500,
    title: 'The new ids do not match the old ones',
    next: 'Correct the rows that the message counts and resume, or roll the conversion back.',
  },
} as const;
