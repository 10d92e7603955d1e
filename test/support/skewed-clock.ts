const TrueDate = Date;
const trueNow = Date.now.bind(Date);

/**
 * Sets the clock of this process forward, or back, by these milliseconds; its timers go on. With 0,
 * everything is as it was, which the next file in the same process relies on.
 */
export function setClock(by: number): void {
  const now = () => trueNow() + by;
  const skewed = new Proxy(TrueDate, {
    construct: (date, given: readonly unknown[]) =>
      Reflect.construct(date, given.length === 0 ? [now()] : given) as Date,
    get: (date, name) => (name === 'now' ? now : (Reflect.get(date, name) as unknown)),
  });
  globalThis.Date = by === 0 ? TrueDate : skewed;
}

/** Differences between the clocks of a process and the database, in milliseconds. */
export const skews = [
  ['ten minutes ahead of', 600_000],
  ['ten minutes behind', -600_000],
] as const;
