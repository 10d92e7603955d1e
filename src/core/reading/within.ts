/** The parents a row must belong to: relation path -> the parent's public id. */
export type Within = Readonly<Record<string, string>>;
