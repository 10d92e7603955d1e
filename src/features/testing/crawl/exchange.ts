import type { CrawledOperation } from './api-description.js';

/** A request as sent: the target goes over the wire exactly as given. */
export interface HttpRequest {
  readonly method: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** The response; status 0 means there was none. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a response has to be like. */
export interface Expected {
  /** Completes the sentence "the response ...". */
  readonly message: string;
  readonly holds: (answer: HttpAnswer) => boolean;
  /** The weaker expectation for errors without known codes. */
  readonly withoutCodes?: Expected;
}

/** A request, why it is sent, and the expected response. */
export interface CrawlProbe {
  /** The kind of attack or use, such as `numeric-path`; it can be skipped by this name. */
  readonly name: string;
  /** The operation that should handle it; undefined if no documented one does. */
  readonly operation: CrawledOperation | undefined;
  readonly request: HttpRequest;
  readonly expected: Expected;
  /** Whether errors need not be problem documents. */
  readonly hasOwnErrors?: boolean;
}

/** Something the API must not do, but did. */
export interface CrawlFinding {
  /** The operation, such as `GET /users/{userUuid}`; `log` for a line of the log. */
  readonly route: string;
  /** Why the request was sent. */
  readonly probe: string;
  /** The request, shortened. */
  readonly request: string;
  /** Where it was found: `status`, `body`, `header location` and so on. */
  readonly where: string;
  readonly what: string;
}
