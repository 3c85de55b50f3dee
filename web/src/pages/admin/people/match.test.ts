import { expect, it } from "vitest";

import type { Person } from "../queries";
import { matches } from "./match";

const ANNA = { name: "anna", full_name: "Anna Reed", role: "manager", department: "sales" } as Person;
const ANY = { q: null, role: null, department: null };

it("finds by parts of both names, role and department", () => {
  expect(matches(ANNA, ANY)).toBe(true);
  expect(matches(ANNA, { ...ANY, q: "ree ANNA" })).toBe(true);
  expect(matches(ANNA, { ...ANY, q: "boris" })).toBe(false);
  expect(matches(ANNA, { ...ANY, role: "trainee" })).toBe(false);
  expect(matches(ANNA, { ...ANY, department: "sales" })).toBe(true);
});
