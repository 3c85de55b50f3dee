import createClient from "openapi-fetch";

import { language } from "@/app/i18n";

import { door } from "./door";
import { Problem } from "./problem";
import type { paths } from "./schema";

const CSRF = "X-Callward-CSRF";

/** Sends once, in the page's language and with the session's CSRF value. */
async function sendOnce(request: Request): Promise<Response> {
  const attempt = new Request(request.clone(), { credentials: "same-origin" });
  attempt.headers.set("Accept-Language", language());
  const csrf = door.csrf();
  if (csrf !== null) attempt.headers.set(CSRF, csrf);
  try {
    const response = await fetch(attempt);
    door.answered();
    return response;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    door.unanswered();
    throw new Problem(0, "no_answer", "");
  }
}

/**
 * As `sendOnce`. Where the session has ended, the request waits until somebody has signed in over the
 * page, and is sent again; where another tab began a new session, it is sent again with that one's.
 */
async function send(request: Request): Promise<Response> {
  for (let renewed = false; ; ) {
    const response = await sendOnce(request);
    if (response.status === 401) {
      await door.signedInAgain();
    } else if (response.status === 403 && !renewed && (await codeOf(response)) === "csrf") {
      renewed = true;
      await door.renew();
    } else {
      return response;
    }
  }
}

async function codeOf(response: Response): Promise<unknown> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return Problem.of(response.status, body).code;
}

const baseUrl = globalThis.location?.origin ?? "";

/** The daemon's API, typed by its own description. */
export const api = createClient<paths>({ baseUrl, fetch: send });

/** The same without a dialog where nobody is signed in: for signing in itself. */
export const plainApi = createClient<paths>({ baseUrl, fetch: sendOnce });

interface Answered<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** What was asked for; throws a `Problem`: `await ask(api.GET("/api/v1/tasks"))`. */
export async function ask<Data>(asking: Promise<Answered<Data>>): Promise<Data> {
  const { data, error, response } = await asking;
  if (!response.ok) throw Problem.of(response.status, error);
  return data as Data;
}
