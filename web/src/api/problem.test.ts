import { expect, it } from "vitest";

import { Problem } from "./problem";

it("is made from a document", () => {
  const problem = Problem.of(403, { code: "field_hidden", detail: "Phones are hidden from you", field: "phones" });
  expect([problem.status, problem.code, problem.detail]).toEqual([403, "field_hidden", "Phones are hidden from you"]);
  expect(problem.about["field"]).toBe("phones");
});

it.each([undefined, null, "<html>", 7, {}])("is made from whatever a proxy says: %j", (body) => {
  expect(Problem.of(502, body)).toMatchObject({ status: 502, code: "http_502", detail: "" });
});
