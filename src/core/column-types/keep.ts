/** Creates the error that describes what is wrong with a value. */
export type RefuseValue = (detail: string) => Error;
/** Converts a value to what is bound, or refuses one that would not read back as written. */
export type KeepValue = (value: unknown, refuse: RefuseValue) => unknown;
