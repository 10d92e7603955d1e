/** A row as the driver returns it when columns are read by position. */
export type Row = readonly unknown[];
