import type { components } from "@/api/schema";

type Schemas = components["schemas"];

type Named<Kind, Model> = Omit<Model, "kind"> & { kind: Kind };

/** As the API tells it; each says of which kind it is. */
export type Entry =
  | Named<"call", Schemas["CallEntry"]>
  | Named<"note", Schemas["NoteEntry"]>
  | Named<"task", Schemas["TaskEntry"]>
  | Named<"change", Schemas["ChangeEntry"]>;
export type Kind = Entry["kind"] | "look";

/** Somebody opened the card; several times in a row on one day is one line. */
export interface Look {
  kind: "look";
  /** When he did last. */
  at: string;
  /** When he did first. */
  from: string;
  id: string;
  person: string;
  times: number;
}

export type Line = Entry | Look;

export interface Day {
  /** As the clock of the page's reader says: `2026-01-31`. */
  day: string;
  lines: Line[];
}

type Opened = Pick<Schemas["AuditEntryModel"], "seq" | "at" | "person" | "address">;

/** Openings of a card, newest first, as lines: neighbours of one person and day are one. */
export function looks(opened: readonly Opened[], dayOf: (at: string) => string): Look[] {
  const lines: Look[] = [];
  for (const one of opened) {
    const last = lines.at(-1);
    if (last !== undefined && last.person === one.person && dayOf(last.at) === dayOf(one.at)) {
      last.from = one.at;
      last.times += 1;
    } else {
      lines.push({
        kind: "look",
        at: one.at,
        from: one.at,
        id: `look-${one.seq}`,
        person: one.person,
        times: 1,
      });
    }
  }
  return lines;
}

/**
 * Everything in one row, newest first. `more`: the timeline goes on below its last entry; what is
 * older than that waits for its page, so that nothing stands out of its order.
 */
export function woven(entries: readonly Entry[], seen: readonly Look[], more: boolean): Line[] {
  const end = more ? entries.at(-1)?.at : undefined;
  const shown = end === undefined ? seen : seen.filter((look) => instant(look.at) >= instant(end));
  return [...entries, ...shown].sort((one, other) => instant(other.at) - instant(one.at));
}

/** The lines by days, in their order. */
export function byDays(lines: readonly Line[], dayOf: (at: string) => string): Day[] {
  const days: Day[] = [];
  for (const line of lines) {
    const day = dayOf(line.at);
    const last = days.at(-1);
    if (last?.day === day) last.lines.push(line);
    else days.push({ day, lines: [line] });
  }
  return days;
}

/** Only of those kinds; all of them where none is chosen. */
export function ofKinds(lines: readonly Line[], kinds: readonly Kind[]): Line[] {
  return kinds.length === 0 ? [...lines] : lines.filter((line) => kinds.includes(line.kind));
}

/** The day of an instant, by the reader's clock. */
export function localDay(at: string): string {
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function instant(at: string): number {
  return Date.parse(at);
}
