/** The largest file that is taken, in bytes. */
export const maxFileSize = 5 * 1024 * 1024;
