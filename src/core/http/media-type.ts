/** The media type of JSON. */
export const jsonMediaType = 'application/json';
