import { QueryObserver } from "@tanstack/react-query";
import { afterEach, expect, it } from "vitest";

import { queries } from "./queries";

afterEach(() => queries.clear());

/** A question whose answers the test gives, and what the page shows of them. */
function asked(queryKey: string[]) {
  const answers: ((told: string) => void)[] = [];
  const observer = new QueryObserver<string>(queries, {
    queryKey,
    queryFn: () => new Promise<string>((answer) => answers.push(answer)),
  });
  const leave = observer.subscribe(() => undefined);
  return { answers, leave, shown: () => observer.getCurrentResult().data };
}

it("a first answer that was on its way when something changed is not believed", async () => {
  const views = asked(["views", "calls"]);
  const settled = queries.invalidateQueries({ queryKey: ["views"] });
  expect(views.answers).toHaveLength(2);
  views.answers[0]?.("before");
  views.answers[1]?.("after");
  await settled;
  expect(views.shown()).toBe("after");
  views.leave();
});

it("what the daemon tells of itself is newer than an answer on its way", async () => {
  const own = asked(["presence", "own"]);
  queries.tell(["presence", "own"], "away");
  own.answers[0]?.("there");
  await Promise.resolve();
  expect(own.shown()).toBe("away");
  own.leave();
});

it("another question goes on, and so does the one that nobody looks at any more", async () => {
  const calls = asked(["calls"]);
  const left = asked(["views", "calls"]);
  left.leave();
  await queries.invalidateQueries({ queryKey: ["views"] });
  expect([calls.answers.length, left.answers.length]).toEqual([1, 1]);
  calls.leave();
});
