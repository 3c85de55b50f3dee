import { expect, it } from "vitest";

import { queryOf } from "./questions";

const NOW = Date.UTC(2026, 0, 31);

it("asks for nothing that was not chosen", () => {
  expect(queryOf({ person: null, client: null, about: null, days: null }, NOW)).toEqual({});
});

it("knows which actions answer a question", () => {
  expect(queryOf({ person: "anna", client: "23457", about: "exports", days: "30" }, NOW)).toEqual({
    person: "anna",
    client: "23457",
    action: "exported,export_downloaded",
    since: "2026-01-01T00:00:00.000Z",
  });
});
