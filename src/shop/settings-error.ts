/** A setting that cannot be used; the message says which and what to write. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}
