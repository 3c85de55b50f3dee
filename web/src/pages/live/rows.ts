/** Which calls of the board are shown, and where. Pure. */

import type { LiveCall, LivePerson } from "@/api/live";

/** How long a call that ended keeps its place. */
export const FADES_MS = 5_000;

export const SHOWS = ["waiting", "talking", "mine"] as const;
export type Shows = (typeof SHOWS)[number];

export interface Wanted {
  shows: Shows | null;
  /** Part of a client's, manager's or queue's name, or of a short code. */
  search: string | null;
}

export function isWaiting(call: LiveCall): boolean {
  return call.direction === "inbound" && (call.state === "waiting" || call.state === "ringing");
}

export function isTalking(call: LiveCall): boolean {
  return call.state === "talking" || call.state === "on_hold";
}

/** Nobody took a customer's call. */
export function isMissed(call: LiveCall): boolean {
  return call.state === "ended" && call.direction === "inbound" && call.answered_at === null;
}

export function isMine(call: LiveCall, person: string): boolean {
  return call.agents.includes(person) || call.ringing.includes(person);
}

export function matches(call: LiveCall, wanted: Wanted, person: string): boolean {
  // What has just ended keeps its place whatever state was asked for.
  const isOver = call.state === "ended";
  if (wanted.shows === "waiting" && !isWaiting(call) && !isOver) return false;
  if (wanted.shows === "talking" && !isTalking(call) && !isOver) return false;
  if (wanted.shows === "mine" && !isMine(call, person)) return false;
  if (wanted.search === null) return true;
  const search = wanted.search.toLocaleLowerCase();
  const code = search.replaceAll("-", "");
  const names = [call.client?.name, call.queue, ...call.agents, ...call.ringing];
  return (
    names.some((name) => name?.toLocaleLowerCase().includes(search) ?? false) ||
    (code !== "" && (call.client?.short_code?.includes(code) ?? false))
  );
}

export interface Board {
  /** In the order in which they began; those that ended less than `FADES_MS` ago among them. */
  rows: LiveCall[];
  /** The newest first. */
  ended: LiveCall[];
  running: number;
}

/** `now`: in ms; while motion is paused, of the moment in which it was. */
export function board(calls: Iterable<LiveCall>, wanted: Wanted, person: string, now: number): Board {
  const rows: LiveCall[] = [];
  const ended: LiveCall[] = [];
  let running = 0;
  for (const call of calls) {
    const isOver = call.state === "ended";
    if (!isOver) running += 1;
    if (isOver && now - Date.parse(call.since) >= FADES_MS) ended.push(call);
    else if (matches(call, wanted, person)) rows.push(call);
  }
  ended.sort((one, other) => Date.parse(other.since) - Date.parse(one.since));
  return { rows, ended, running };
}

const NAMES = new Intl.Collator(undefined, { numeric: true });

/** By name, so that nobody moves when his state changes. */
export function inOrder(names: readonly string[]): string[] {
  return [...names].sort((one, other) => NAMES.compare(one, other));
}

export function countFree(people: Iterable<LivePerson>): number {
  let free = 0;
  for (const person of people) if (person.state === "free") free += 1;
  return free;
}
