import type { Line } from "./timeline";

export type Change = Extract<Line, { kind: "change" }>;

/** Changes that one person made in one moment: an edit, the making of a card. */
export interface Changes {
  kind: "changes";
  at: string;
  id: string;
  actor: string;
  way: string;
  items: Change[];
}

/** The lines, with what one person changed at once as one of them. Pure. */
export function gathered(lines: readonly Line[]): (Exclude<Line, Change> | Changes)[] {
  const found: (Exclude<Line, Change> | Changes)[] = [];
  for (const line of lines) {
    if (line.kind !== "change") {
      found.push(line);
      continue;
    }
    const last = found.at(-1);
    if (last?.kind === "changes" && last.at === line.at && last.actor === line.actor) {
      last.items.push(line);
    } else {
      const { at, id, actor, way } = line;
      found.push({ kind: "changes", at, id, actor, way, items: [line] });
    }
  }
  return found;
}
