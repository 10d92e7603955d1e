/** Why nothing was exported: one plain sentence, followed by the next step. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
}
