/** Why an import did not happen: one sentence for a person, followed by the next step. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}
