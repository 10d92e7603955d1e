/** Why an import did not happen or end: one sentence for a person, followed by the next step. */
export class ImportError extends Error {
  override readonly name: string = 'ImportError';
}
