import { describe, expect, it } from "vitest";

import { usualOf, withLimit } from "./quotas";

describe("quotas", () => {
  it("leaves a name out that has no limit any more", () => {
    const one = withLimit({}, "anna", "cards_hour", 20);
    expect(one).toEqual({ anna: { cards_hour: 20 } });
    const two = withLimit(one, "anna", "rows_day", 900);
    expect(withLimit(two, "anna", "cards_hour", null)).toEqual({ anna: { rows_day: 900 } });
    expect(withLimit(one, "anna", "cards_hour", null)).toEqual({});
    expect(withLimit({}, "anna", "cards_hour", null)).toEqual({});
  });

  it("gives a company's own role what a manager has", () => {
    const defaults = { manager: { cards_hour: 60 }, trainee: { cards_hour: 40 } };
    expect(usualOf(defaults, "closer")).toEqual({ cards_hour: 60 });
    expect(usualOf(defaults, "trainee")).toEqual({ cards_hour: 40 });
  });
});
