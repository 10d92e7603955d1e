import type { PlanNote } from './conversion-plan.js';

/** A note that keeps a conversion from starting. */
export function refusedNote(text: string): PlanNote {
  return { kind: 'refused', text };
}

/** The texts whose conditions hold. */
export function whereTrue(...rules: readonly (readonly [boolean, string])[]): string[] {
  return rules.filter(([holds]) => holds).map(([, text]) => text);
}
