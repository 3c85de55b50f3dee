/** What the daemon answers instead of what was asked (RFC 9457), or that it did not answer. */
export class Problem extends Error {
  constructor(
    /** HTTP's; 0 where no answer came. */
    readonly status: number,
    /** For programs: `not_found`, `field_hidden`, … `no_answer` where no answer came. */
    readonly code: string,
    /** For people, in the page's language; empty for `no_answer`. */
    readonly detail: string,
    /** Everything else that the document holds. */
    readonly about: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail || code);
    this.name = "Problem";
  }

  static of(status: number, body: unknown): Problem {
    const document = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
    const code = typeof document["code"] === "string" ? document["code"] : `http_${status}`;
    const detail = typeof document["detail"] === "string" ? document["detail"] : "";
    return new Problem(status, code, detail, document);
  }
}
