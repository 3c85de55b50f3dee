import { describe, expect, it } from "vitest";

import { choice, flag, readFilters, text, whole, writeFilters } from "./useFilters";

const SPEC = { agent: text, missed: flag, talk: whole, state: choice("open", "settled") };

describe("filters in the address", () => {
  it("are read", () => {
    const address = new URLSearchParams("agent=anna&missed=1&talk=30&state=open");
    expect(readFilters(SPEC, address)).toEqual({ agent: "anna", missed: true, talk: 30, state: "open" });
  });

  it("are left out where they cannot be read", () => {
    const address = new URLSearchParams("agent=&missed=yes&talk=-1&state=gone");
    expect(readFilters(SPEC, address)).toEqual({ agent: null, missed: null, talk: null, state: null });
  });

  it("come back as they were written, and leave the rest alone", () => {
    const address = new URLSearchParams("after=9&talk=30");
    const written = writeFilters(SPEC, address, { agent: "Ольга & Co", talk: null, missed: true });
    expect(written.get("after")).toBe("9");
    expect(written.has("talk")).toBe(false);
    expect(readFilters(SPEC, new URLSearchParams(written.toString()))).toEqual({
      agent: "Ольга & Co",
      missed: true,
      talk: null,
      state: null,
    });
  });
});
