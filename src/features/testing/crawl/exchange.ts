import type { Operation } from './api-description.js';

/** A request as it goes over the wire: the target is sent exactly as it stands. */
export interface HttpRequest {
  readonly method: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** What came back; status 0 stands for no answer at all. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What an answer has to be like. */
export interface Expected {
  /** Completes the sentence "the answer ...". */
  readonly says: string;
  readonly holds: (answer: HttpAnswer) => boolean;
  /** What remains of it where errors have no codes that anybody knows. */
  readonly withoutCodes?: Expected;
}

/** A request, why it is sent, and what has to come back. */
export interface Probe {
  /** The kind of attack or use, such as `numeric-path`; it can be skipped by this name. */
  readonly name: string;
  /** The operation that answers; undefined where no documented one does. */
  readonly operation: Operation | undefined;
  readonly request: HttpRequest;
  readonly expected: Expected;
  /** Whether errors need not be problem documents. */
  readonly hasOwnErrors?: boolean;
}

/** Something the API did that it must not do. */
export interface Finding {
  /** The operation, such as `GET /users/{userUuid}`; `log` for a line of the log. */
  readonly route: string;
  /** Why the request was sent. */
  readonly probe: string;
  /** The request, shortened. */
  readonly request: string;
  /** Where it was seen: `status`, `body`, `header location` and so on. */
  readonly where: string;
  readonly what: string;
}
