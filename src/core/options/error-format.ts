import type { JsonSchema } from '../json-schema/json-schema.js';

/** A problem document (RFC 9457) of this library. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly currentVersion?: number;
  readonly errors?: readonly {
    readonly pointer?: string;
    readonly parameter?: string;
    readonly header?: string;
    readonly detail: string;
  }[];
}

/** A format for error bodies other than problem documents, for a whole application. */
export interface ErrorFormat {
  /** Everything an error body may contain, closed; the application's filters are held to it too. */
  readonly schema: JsonSchema;
  /** Makes the body of one of the library's own errors. */
  readonly from: (problem: ProblemDocument) => object;
  /** The media type of such a body; `application/json` by default. */
  readonly mediaType?: string;
}

/** Whether messages of exceptions other than the library's reach the client. */
export type ExceptionMessages = 'drop' | 'keep';

/** How an application wants its errors shown. */
export interface ErrorOptions {
  readonly errorFormat?: ErrorFormat | undefined;
  readonly exceptionMessages?: ExceptionMessages | undefined;
}
