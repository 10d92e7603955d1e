/** A row as the driver gives it when columns are read by position. */
export type Row = readonly unknown[];
