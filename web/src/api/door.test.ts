import { expect, it, vi } from "vitest";

import { Door } from "./door";

it("lets all go on who waited, once somebody is in", async () => {
  const door = new Door();
  const told = vi.fn();
  door.subscribe(told);
  const waiting = Promise.all([door.signedInAgain(), door.signedInAgain()]);
  expect(door.isShut).toBe(true);
  door.open("value");
  await waiting;
  expect([door.isShut, door.csrf()]).toEqual([false, "value"]);
  expect(told).toHaveBeenCalled();
});

it("asks once for a new session, however many ask", async () => {
  const door = new Door();
  door.renewal = vi.fn(() => Promise.resolve());
  await Promise.all([door.renew(), door.renew()]);
  expect(door.renewal).toHaveBeenCalledTimes(1);
  await door.renew();
  expect(door.renewal).toHaveBeenCalledTimes(2);
});

it("tells of silence once, and of its end", () => {
  const door = new Door();
  const told = vi.fn();
  door.subscribe(told);
  door.unanswered();
  door.unanswered();
  expect([door.isSilent, told.mock.calls.length]).toEqual([true, 1]);
  door.answered();
  door.answered();
  expect([door.isSilent, told.mock.calls.length]).toEqual([false, 2]);
});
