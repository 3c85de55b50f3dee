import { expect, test } from "vitest";

import { splitTasks } from "@/pages/home/day";

import { dueAt, endOfDay, fromLocalInput, toLocalInput, untilText } from "./due";
import type { Task } from "./queries";

const NOON = new Date(2026, 0, 31, 12);

test("dues are evenings; what is past already is due in an hour", () => {
  expect(dueAt("today", NOON)).toEqual(new Date(2026, 0, 31, 18));
  expect(dueAt("tomorrow", NOON)).toEqual(new Date(2026, 1, 1, 18));
  expect(dueAt("week", NOON)).toEqual(new Date(2026, 1, 7, 18));
  const late = new Date(2026, 0, 31, 19);
  expect(dueAt("today", late)).toEqual(new Date(2026, 0, 31, 20));
});

test("what a date field holds is the instant it means", () => {
  const at = dueAt("tomorrow", NOON);
  expect(toLocalInput(at)).toBe("2026-02-01T18:00");
  expect(fromLocalInput(toLocalInput(at))).toBe(at.toISOString());
  expect(fromLocalInput("")).toBeNull();
  expect(fromLocalInput("x")).toBeNull();
});

test("until today is an hour, until another day is that day", () => {
  expect(untilText(new Date(2026, 0, 31, 18), NOON, "en-GB")).toBe("18:00");
  expect(untilText(new Date(2026, 1, 3, 18), NOON, "en-GB")).toBe("3 Feb");
  expect(untilText(new Date(2027, 1, 3, 18), NOON, "en-GB")).toBe("3 Feb 2027");
});

function task(id: string, more: Partial<Task>): Task {
  return {
    id,
    kind: "todo",
    client_id: "1",
    short_code: null,
    client_name: null,
    agent: "anna",
    text: "x",
    due_at: null,
    overdue: false,
    remind_at: null,
    reminded_at: null,
    created_at: "2026-01-01T00:00:00Z",
    created_by: null,
    call_id: null,
    closed_at: null,
    closed_by: null,
    closed_by_call_id: null,
    ...more,
  };
}

test("a day has whom to call back, the longest waiting first, and what is due today", () => {
  const { missed, due } = splitTasks(
    [
      task("later", { due_at: new Date(2026, 1, 3).toISOString() }),
      task("no day", {}),
      task("tonight", { due_at: new Date(2026, 0, 31, 18).toISOString() }),
      task("overdue", { due_at: new Date(2026, 0, 3).toISOString() }),
      task("the group's", { agent: null }),
      task("new", { kind: "callback", created_at: "2026-01-31T10:00:00Z", agent: null }),
      task("old", { kind: "callback", created_at: "2026-01-31T09:00:00Z" }),
    ],
    "anna",
    endOfDay(NOON),
  );
  expect(missed.map((one) => one.id)).toEqual(["old", "new"]);
  expect(due.map((one) => one.id)).toEqual(["overdue", "tonight", "no day"]);
});
