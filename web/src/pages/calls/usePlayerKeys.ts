import { useKeys } from "@/ui/useKeys";

import { SPEEDS, type SoundPlayer } from "./useSoundPlayer";

const STEP_SECONDS = 5;

/** Space plays, arrows go five seconds, comma and full stop change the speed, m sets a marker. */
export function usePlayerKeys(player: SoundPlayer, mark: (() => void) | undefined): void {
  function faster(by: 1 | -1): void {
    const at = SPEEDS.findIndex((speed) => speed === player.speed);
    const wanted = SPEEDS[at + by];
    if (wanted !== undefined) player.setSpeed(wanted);
  }
  useKeys({
    " ": player.toggle,
    ArrowLeft: () => player.go(player.now - STEP_SECONDS),
    ArrowRight: () => player.go(player.now + STEP_SECONDS),
    ",": () => faster(-1),
    ".": () => faster(1),
    ...(mark === undefined ? {} : { m: mark }),
  });
}
