import { Menu, UnstyledButton } from "@mantine/core";
import IconDots from "@tabler/icons-react/dist/esm/icons/IconDots.mjs";
import { useState } from "react";

import type { LiveCall } from "@/api/live";
import { useTexts } from "@/app/i18n";

import classes from "./live.module.css";
import { isTalking } from "./rows";
import { useWho } from "./Who";

export const MODES = ["listen", "whisper", "barge", "takeover"] as const;
export type Mode = (typeof MODES)[number];
/** What a row's buttons and keys ask for. */
export type Does = Mode | "hangup" | "card" | "call";

const AT_HAND = ["listen", "whisper", "barge"] as const;

interface Props {
  call: LiveCall;
  onDo: (call: LiveCall, what: Does) => void;
}

/** What this viewer may do with a running call. */
export function Actions({ call, onDo }: Props) {
  const t = useTexts("live");
  const who = useWho();
  // Hundreds of rows hold no menu each: it is made when it is first opened.
  const [isMenu, setMenu] = useState(false);
  const more = (
    <UnstyledButton
      className={classes["act"]}
      aria-label={t("does.more", { who: who(call) })}
      aria-haspopup="menu"
      onClick={() => setMenu(true)}
    >
      <IconDots size={16} stroke={1.5} aria-hidden />
    </UnstyledButton>
  );
  return (
    <>
      {AT_HAND.filter((mode) => call.can[mode]).map((mode) => (
        <UnstyledButton key={mode} className={classes["act"]} onClick={() => onDo(call, mode)}>
          {t(`does.${mode}`)}
        </UnstyledButton>
      ))}
      {call.private && isTalking(call) && !call.can.listen && (
        <span className={classes["untold"]}>{t("does.policy")}</span>
      )}
      {isMenu ? (
        <Menu opened onChange={(opened) => setMenu(opened)} position="bottom-end">
          <Menu.Target>{more}</Menu.Target>
          <Menu.Dropdown>
            {call.can.takeover && (
              <Menu.Item onClick={() => onDo(call, "takeover")}>{t("does.takeover")}</Menu.Item>
            )}
            <Menu.Item onClick={() => onDo(call, "call")}>{t("does.call")}</Menu.Item>
            {call.client !== null && (
              <Menu.Item onClick={() => onDo(call, "card")}>{t("does.card")}</Menu.Item>
            )}
            {call.can.hangup && (
              <Menu.Item c="var(--callward-missed)" onClick={() => onDo(call, "hangup")}>
                {t("does.hangup")}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      ) : (
        more
      )}
    </>
  );
}
