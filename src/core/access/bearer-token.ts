/**
 * Reads the token of `Authorization: Bearer <token>` (RFC 6750); undefined if the header is another
 * one or there is none.
 */
export function bearerToken(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  return /^bearer +([\w~+/.-]+=*) *$/i.exec(authorization)?.[1];
}
