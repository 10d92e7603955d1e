/** Runs a call once for each input, one after the other, and answers its times by percentile. */
export async function timesOf<T>(
  inputs: readonly T[],
  call: (input: T, index: number) => Promise<unknown>,
): Promise<Readonly<Record<string, number>>> {
  const warm = Math.min(50, Math.floor(inputs.length / 4));
  const times: number[] = [];
  for (const [index, input] of inputs.entries()) {
    const start = performance.now();
    await call(input, index);
    if (index >= warm) times.push(performance.now() - start);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
    return Math.round(value * 1000) / 1000;
  };
  return { calls: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
