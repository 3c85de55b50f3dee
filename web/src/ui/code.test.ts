import { expect, it } from "vitest";

import { sayCode } from "./code";

it("a code as it is said", () => expect(sayCode("7174")).toBe("717-4"));

it("no code", () => expect(sayCode(null)).toBeNull());
