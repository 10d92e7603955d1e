/** The database's time in so many milliseconds from now; `milliseconds` is a parameter: `$2`. */
export function fromNowSql(milliseconds: string): string {
  return `clock_timestamp() + ${milliseconds}::double precision * interval '1 millisecond'`;
}
