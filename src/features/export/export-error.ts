/** Why nothing was exported: one sentence for a person, followed by the next step. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
}
