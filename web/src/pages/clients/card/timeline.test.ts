import { expect, test } from "vitest";

import { gathered } from "./changes";
import { byDays, type Entry, localDay, looks, ofKinds, woven } from "./timeline";

const utcDay = (at: string) => at.slice(0, 10);

function call(at: string, id = at): Entry {
  return {
    kind: "call",
    at,
    id,
    direction: "inbound",
    disposition: "answered",
    agent: "anna",
    talk_seconds: 5,
  };
}

function change(at: string, actor: string, field: string): Entry {
  return {
    kind: "change",
    at,
    id: `${at} ${field}`,
    field,
    actor,
    way: "edit",
    before: null,
    after: "x",
    digits: null,
    undone_by: null,
  };
}

function opened(seq: number, at: string, person: string) {
  return { seq, at, person, address: null };
}

test("openings in a row are one line, for each person and day", () => {
  const lines = looks(
    [
      opened(5, "2026-01-03T10:00:00Z", "anna"),
      opened(4, "2026-01-03T09:00:00Z", "anna"),
      opened(3, "2026-01-03T08:00:00Z", "boris"),
      opened(2, "2026-01-02T08:00:00Z", "boris"),
    ],
    utcDay,
  );
  expect(lines.map(({ person, times, from }) => [person, times, from])).toEqual([
    ["anna", 2, "2026-01-03T09:00:00Z"],
    ["boris", 1, "2026-01-03T08:00:00Z"],
    ["boris", 1, "2026-01-02T08:00:00Z"],
  ]);
});

test("looks stand in their place, and not below what is loaded", () => {
  const entries = [call("2026-01-03T10:00:00Z"), call("2026-01-02T10:00:00Z")];
  const seen = looks(
    [opened(2, "2026-01-03T09:00:00Z", "anna"), opened(1, "2026-01-01T09:00:00Z", "boris")],
    utcDay,
  );
  expect(woven(entries, seen, true).map((line) => line.kind)).toEqual(["call", "look", "call"]);
  expect(woven(entries, seen, false).map((line) => line.kind)).toEqual([
    "call",
    "look",
    "call",
    "look",
  ]);
});

test("lines stand under their days, and only those of the chosen kinds", () => {
  const lines = [call("2026-01-03T10:00:00Z"), call("2026-01-03T09:00:00Z"), call("2026-01-02T09:00:00Z")];
  expect(byDays(lines, utcDay).map(({ day, lines: of }) => [day, of.length])).toEqual([
    ["2026-01-03", 2],
    ["2026-01-02", 1],
  ]);
  expect(ofKinds(lines, ["note"])).toEqual([]);
  expect(ofKinds(lines, [])).toHaveLength(3);
  expect(localDay(new Date(2026, 0, 5, 23, 59).toISOString())).toBe("2026-01-05");
});

test("what one person changed at once is one line", () => {
  const at = "2026-01-03T10:00:00Z";
  const lines = gathered([
    change(at, "anna", "name"),
    change(at, "anna", "company"),
    change(at, "boris", "company"),
    call("2026-01-03T09:00:00Z"),
    change("2026-01-03T08:00:00Z", "boris", "company"),
  ]);
  expect(lines.map((line) => (line.kind === "changes" ? line.items.length : line.kind))).toEqual([
    2,
    1,
    "call",
    1,
  ]);
});
