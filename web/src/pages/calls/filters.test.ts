import { expect, test } from "vitest";

import { readFilters, writeFilters } from "@/ui/useFilters";

import { count, FILTERS, NONE, question } from "./filters";

test("what the address says is asked for", () => {
  const filters = readFilters(FILTERS, new URLSearchParams("outcome=unanswered&queue=Sales&talk=30&recorded=no&running=1"));
  expect(question(filters)).toEqual({
    missed: true,
    queue: "Sales",
    min_talk_seconds: 30,
    recorded: false,
    running: true,
  });
  expect(count(filters)).toBe(5);
  expect(question(NONE)).toEqual({});
});

test("days go from midnight to midnight of the reader", () => {
  const asked = question({ ...NONE, from: "2026-01-31", to: "2026-01-31" });
  expect(new Date(asked.since ?? "").getHours()).toBe(0);
  expect(new Date(asked.until ?? "").getDate()).toBe(1);
  expect(Date.parse(asked.until ?? "") - Date.parse(asked.since ?? "")).toBe(86_400_000);
});

test("what cannot be read is left out", () => {
  const filters = readFilters(FILTERS, new URLSearchParams("from=31.01.2026&to=2026-13-45&outcome=x&talk=-1"));
  expect(filters).toEqual(NONE);
});

test("an outcome is asked for by its disposition", () => {
  expect(question({ ...NONE, outcome: "busy" })).toEqual({ disposition: "busy" });
  expect(writeFilters(FILTERS, new URLSearchParams("x=1"), { outcome: "busy" }).toString()).toBe("x=1&outcome=busy");
});
