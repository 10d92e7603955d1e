/**
 * Version 2 of the schema: which files an import that has not ended yet has loaded whole, so that
 * the next one goes on from there. A row is written in the transaction that loads the file's rows,
 * and deleted when the import ends.
 */
export const importedFilesUp = [
  `CREATE TABLE dual_id.imported_files (
     plan text NOT NULL,
     file text NOT NULL,
     table_name text NOT NULL,
     definition text NOT NULL,
     sha256 text NOT NULL,
     row_count bigint NOT NULL,
     checksum text NOT NULL,
     loaded_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT imported_files_pk PRIMARY KEY (plan, file))`,
];

export const importedFilesDown = ['DROP TABLE dual_id.imported_files'];
