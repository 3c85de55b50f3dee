import type { components } from "@/api/schema";

type Finding = components["schemas"]["FindingModel"];

const ORDER = { fail: 0, note: 1, ok: 2 } as const;

/** Findings by where they are: this machine first, then each PBX; what is wrong first. Pure. */
export function byPlace(findings: readonly Finding[]): [string | null, Finding[]][] {
  const places = [...new Set(findings.map((one) => one.pbx))];
  return places
    .sort((one, other) => Number(one !== null) - Number(other !== null))
    .map((place) => [
      place,
      findings
        .filter((one) => one.pbx === place)
        .sort((one, other) => ORDER[one.verdict] - ORDER[other.verdict]),
    ]);
}
