/** The journal's filters: in the address, and as the API is asked. */

import { choice, flag, text, whole } from "@/ui/useFilters";

import type { CallQuestion } from "./queries";

const DAY = 86_400_000;

/** A day as the browser's date fields write it: `2026-01-31`. */
const day = {
  read: (written: string) => (/^\d{4}-\d\d-\d\d$/.test(written) && !Number.isNaN(startOf(written)) ? written : null),
  write: (value: string) => value,
};

export const FILTERS = {
  from: day,
  to: day,
  direction: choice("inbound", "outbound", "internal"),
  outcome: choice("answered", "missed", "busy", "failed", "cancelled", "unanswered"),
  agent: text,
  answered_by: text,
  queue: text,
  client: text,
  line: text,
  talk: whole,
  recorded: choice("yes", "no"),
  running: flag,
} as const;

export interface Filters {
  from: string | null;
  to: string | null;
  direction: "inbound" | "outbound" | "internal" | null;
  outcome: "answered" | "missed" | "busy" | "failed" | "cancelled" | "unanswered" | null;
  agent: string | null;
  answered_by: string | null;
  queue: string | null;
  client: string | null;
  line: string | null;
  talk: number | null;
  recorded: "yes" | "no" | null;
  running: true | null;
}

export const NONE: Filters = {
  from: null,
  to: null,
  direction: null,
  outcome: null,
  agent: null,
  answered_by: null,
  queue: null,
  client: null,
  line: null,
  talk: null,
  recorded: null,
  running: null,
};

/** What to ask for. Days are the reader's own: from the first one's beginning to the last one's end. */
export function question(filters: Filters): CallQuestion {
  const asked: CallQuestion = {};
  if (filters.from !== null) asked.since = new Date(startOf(filters.from)).toISOString();
  if (filters.to !== null) asked.until = new Date(dayAfter(filters.to)).toISOString();
  if (filters.direction !== null) asked.direction = filters.direction;
  if (filters.outcome === "unanswered") asked.missed = true;
  else if (filters.outcome !== null) asked.disposition = filters.outcome;
  if (filters.agent !== null) asked.agent = filters.agent;
  if (filters.answered_by !== null) asked.answered_by = filters.answered_by;
  if (filters.queue !== null) asked.queue = filters.queue;
  if (filters.client !== null) asked.client = filters.client;
  if (filters.line !== null) asked.company_number = filters.line;
  if (filters.talk !== null) asked.min_talk_seconds = filters.talk;
  if (filters.recorded !== null) asked.recorded = filters.recorded === "yes";
  if (filters.running !== null) asked.running = true;
  return asked;
}

/** How many narrow the list. */
export function count(filters: Filters): number {
  return Object.values(filters).filter((value) => value !== null).length;
}

function startOf(written: string): number {
  return new Date(`${written}T00:00:00`).getTime();
}

/** Some days have 23 or 25 hours. */
function dayAfter(written: string): number {
  const after = new Date(startOf(written) + 1.5 * DAY);
  after.setHours(0, 0, 0, 0);
  return after.getTime();
}
