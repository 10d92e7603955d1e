/** Who may call the API. */
export type Role = 'doctor' | 'reception';

/** The role behind a token, which is that of an environment variable. */
export function roleOf(token: string): Role | undefined {
  if (token === '') return undefined;
  if (token === process.env.DOCTOR_TOKEN) return 'doctor';
  if (token === process.env.RECEPTION_TOKEN) return 'reception';
  return undefined;
}
