/** A stretch of a number, and whether it is other than in the number beside it. */
export interface Stretch {
  text: string;
  isOther: boolean;
}

/**
 * Two numbers side by side, with the digits marked that are not the same. Numbers of different
 * lengths are compared from the left. Pure.
 */
export function compared(one: string, other: string): [Stretch[], Stretch[]] {
  return [stretches(one, other), stretches(other, one)];
}

function stretches(text: string, beside: string): Stretch[] {
  const found: Stretch[] = [];
  for (const [place, sign] of [...text].entries()) {
    const isOther = sign !== beside[place];
    const last = found.at(-1);
    if (last?.isOther === isOther) last.text += sign;
    else found.push({ text: sign, isOther });
  }
  return found;
}
