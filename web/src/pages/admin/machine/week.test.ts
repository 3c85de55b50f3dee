import { expect, it } from "vitest";

import { grouped } from "./week";

it("takes days with the same hours together", () => {
  const work = ["09:00-13:00", "14:00-18:00"];
  expect(grouped([work, work, work, work, ["09:00-15:00"], [], []], "en")).toEqual([
    { days: "Mon – Thu", spans: "09:00–13:00, 14:00–18:00" },
    { days: "Fri", spans: "09:00–15:00" },
    { days: "Sat – Sun", spans: "" },
  ]);
});

it("joins only days that follow each other", () => {
  const days = grouped([["10:00-12:00"], [], ["10:00-12:00"], [], [], [], []], "ru").map((one) => one.days);
  expect(days).toEqual(["пн", "вт", "ср", "чт – вс"]);
});
