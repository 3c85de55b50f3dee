import type { Language } from "@/texts/language";
import type { Outcome } from "@/ui/outcomes";

/** One outcome as it is typed. */
export interface Line {
  key: string;
  labels: Readonly<Record<Language, string>>;
}

/** As the server has it. Pure. */
export function lineOf({ key, labels }: Pick<Outcome, "key" | "labels">): Line {
  return { key, labels: { en: labels.en ?? "", ru: labels.ru ?? "" } };
}

/** What is sent of them. Pure. */
export function wantedOf(lines: readonly Line[]) {
  return lines.map(({ key, labels }) => ({
    key,
    labels: { en: labels.en.trim() || null, ru: labels.ru.trim() || null },
  }));
}

/** What a new one is stored as: its English word, else `own`, and a number where that is taken. Pure. */
export function keyFor(english: string, taken: readonly string[]): string {
  const word = english
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[_0-9]+/, "")
    .slice(0, 24)
    .replace(/_+$/, "");
  const stem = word === "" ? "own" : word;
  let key = stem;
  for (let n = 2; taken.includes(key); n += 1) key = `${stem}_${n}`;
  return key;
}

/** As people read it in that language: the company's word, else the usual one. Pure. */
export function wordsOf(line: Line, usual: Outcome["usual"], language: Language): string {
  const own = [line.labels[language], ...Object.values(line.labels)].map((one) => one.trim()).find((one) => one !== "");
  return own ?? usual?.[language] ?? line.key;
}
