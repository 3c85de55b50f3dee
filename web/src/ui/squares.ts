/** The dark squares as a path: runs of a row are one. Pure. */
export function squares(rows: readonly (readonly boolean[])[]): string {
  const runs: string[] = [];
  rows.forEach((row, y) => {
    let from: number | null = null;
    [...row, false].forEach((isDark, x) => {
      if (isDark) from ??= x;
      else if (from !== null) {
        runs.push(`M${from} ${y}h${x - from}v1h${from - x}z`);
        from = null;
      }
    });
  });
  return runs.join("");
}
