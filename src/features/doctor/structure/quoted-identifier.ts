/** The source of a regular expression for an identifier as TypeORM writes it. */
export const quotedIdentifier = '"(?:[^"]|"")+"';
