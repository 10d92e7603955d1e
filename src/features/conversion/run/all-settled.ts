/** Waits for all of them, also where one fails: nothing goes on behind the error. */
export async function allSettled<T>(works: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(works);
  return Promise.all(works);
}
