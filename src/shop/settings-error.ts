/** An invalid setting; the message says which one and what to write. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}
