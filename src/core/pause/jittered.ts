/**
 * Shortens a pause at random, by up to half, so that those who began to wait together do not all
 * try again at once.
 */
export function jittered(milliseconds: number): number {
  return milliseconds * (0.5 + Math.random() / 2);
}
