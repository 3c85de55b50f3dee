import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { useEffect, useState, useSyncExternalStore } from "react";

import type { LiveCall } from "@/api/live";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { Listening } from "@/audio/listening";
import { ConfirmNumbers } from "@/ui/ConfirmNumbers";
import { ProblemText } from "@/ui/Problem";

import { MODES, type Mode } from "./Actions";
import classes from "./listen.module.css";
import { Meter } from "./Meter";
import { useWho } from "./Who";

interface Props {
  call: LiveCall;
  mode: Mode;
  onClose: () => void;
}

/** Under a row of the live board: one is on that call, and sees whom one hears and who hears one. */
export function ListenStrip({ call, mode, onClose }: Props) {
  const [attempt, setAttempt] = useState(0);
  return (
    <Strip
      key={`${call.id} ${attempt}`}
      call={call}
      mode={mode}
      onClose={onClose}
      onAgain={() => setAttempt(attempt + 1)}
    />
  );
}

function Strip({ call, mode, onClose, onAgain }: Props & { onAgain: () => void }) {
  const t = useTexts("listen");
  const who = useWho();
  const [listening] = useState(() => new Listening(call.id, mode));
  const now = useSyncExternalStore(listening.subscribe, listening.snapshot);
  // To take over is asked first, also where the row's own buttons are used while this is open.
  const [isTaking, setTaking] = useState(mode === "takeover");
  const [seen, setSeen] = useState(mode);
  if (mode !== seen) {
    setSeen(mode);
    setTaking(mode === "takeover");
  }
  useEffect(() => () => listening.unshown(), [listening]);
  useEffect(() => {
    if (mode === "takeover") return;
    if (listening.isBegun) void listening.switchTo(mode);
    else void listening.begin("browser");
  }, [listening, mode]);

  function choose(next: Mode): void {
    if (next === "takeover") setTaking(true);
    else void listening.switchTo(next);
  }
  // Who has taken the call over is its manager from then on.
  const [former, setFormer] = useState<string | null>(null);
  const isOver = now.phase === "ended" || now.phase === "failed";
  const mayUsePhone = now.phase === "failed" || (now.noMicrophone !== null && now.mode === "listen");
  const manager = former ?? call.agents[0] ?? t("somebody");
  return (
    <section className={classes["strip"]} aria-label={t("label", { who: who(call) })}>
      {now.phase === "reason" && <Reason onGive={(reason) => void listening.begin(now.via, reason)} />}
      {(now.phase === "running" || now.phase === "lost") && (
        <>
          {now.via === "browser" && (
            <span className={classes["sides"]}>
              <Meter listening={listening} side={0} label={t("level", { who: t("customer") })}>
                {t("customer")}
              </Meter>
              {now.mode !== "takeover" && (
                <Meter listening={listening} side={1} label={t("level", { who: manager })}>
                  {manager}
                </Meter>
              )}
              {now.mode !== "listen" && (
                <Meter listening={listening} side={2} label={t("level", { who: t("me") })}>
                  {t("me")}
                </Meter>
              )}
            </span>
          )}
          <SegmentedControl
            size="xs"
            aria-label={t("modes")}
            value={now.mode}
            disabled={now.mode === "takeover"}
            onChange={(value) => choose(value as Mode)}
            data={MODES.filter((one) => call.can[one] || one === now.mode).map((value) => ({
              value,
              label: t(`mode.${value}`),
            }))}
          />
          {now.via === "browser" && now.mode !== "listen" && (
            <Button
              size="compact-xs"
              variant="default"
              aria-pressed={now.isMuted}
              onClick={() => listening.mute(!now.isMuted)}
            >
              {t(now.isMuted ? "unmute" : "mute")}
            </Button>
          )}
        </>
      )}
      {!isOver && (
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => {
            listening.stop();
            onClose();
          }}
        >
          {t(now.mode === "takeover" && now.phase === "running" ? "hangUp" : "stop")}
        </Button>
      )}
      <Said listening={listening} manager={manager} />
      <Also call={call} />
      {now.error !== null && <ProblemText error={now.error} />}
      {now.isOld && <p role="alert">{t("old")}</p>}
      {now.via === "browser" && mayUsePhone && (
        <Button size="compact-xs" variant="default" onClick={() => void listening.begin("phone")}>
          {t("onPhone")}
        </Button>
      )}
      {isOver && (
        <>
          {now.endedBy !== "call" && (
            <Button size="compact-xs" variant="default" onClick={onAgain}>
              {t("again")}
            </Button>
          )}
          <Button size="compact-xs" variant="subtle" onClick={onClose}>
            {t("close")}
          </Button>
        </>
      )}
      <ConfirmNumbers
        opened={isTaking}
        title={t("takeover.title")}
        act={t("takeover.act")}
        onClose={() => {
          setTaking(false);
          if (!listening.isBegun) onClose();
        }}
        onConfirm={() => {
          setTaking(false);
          setFormer(manager);
          if (listening.isBegun) void listening.switchTo("takeover");
          else void listening.begin("browser");
        }}
      >
        {t("takeover.body", { manager })}
      </ConfirmNumbers>
    </section>
  );
}

/** Whether one is heard, and by whom: plain at any moment. */
function Said({ listening, manager }: { listening: Listening; manager: string }) {
  const t = useTexts("listen");
  const now = useSyncExternalStore(listening.subscribe, listening.snapshot);
  let said: string | null = null;
  if (now.phase === "starting" || now.phase === "ringing" || now.phase === "lost") {
    said = t(`phase.${now.phase}`);
  } else if (now.phase === "ended") {
    said = now.endedBy === null ? t("ended.call") : t(`ended.${now.endedBy}`);
  } else if (now.phase === "running") {
    const isMuted = now.isMuted && now.mode !== "listen" && now.via === "browser";
    said = isMuted ? t("heard.muted") : t(`heard.${now.mode}`, { manager });
  }
  const isHeard = now.phase === "running" && now.mode !== "listen" && !now.isMuted;
  return (
    <>
      {said !== null && (
        <p className={`${classes["said"]} ${classes[isHeard ? "heard" : "quiet"]}`} role="status">
          {said}
          {now.phase === "running" && now.via === "phone" && ` · ${t("heard.phone")}`}
        </p>
      )}
      {now.noMicrophone !== null && (
        <p className={classes["said"]} role="alert">
          {t(`noMicrophone.${now.noMicrophone}`)}
        </p>
      )}
    </>
  );
}

function Also({ call }: { call: LiveCall }) {
  const t = useTexts("listen");
  const { person } = useSession();
  const others = call.monitored_by.map((one) => one.person).filter((one) => one !== null && one !== person);
  if (others.length === 0) return null;
  return <p className={`${classes["said"]} ${classes["quiet"]}`}>{t("also", { people: others.join(", ") })}</p>;
}

function Reason({ onGive }: { onGive: (reason: string) => void }) {
  const t = useTexts("listen");
  const [reason, setReason] = useState("");
  return (
    <form
      className={classes["reason"]}
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() !== "") onGive(reason.trim());
      }}
    >
      <TextInput
        size="xs"
        style={{ flex: 1 }}
        label={t("reason.title")}
        description={t("reason.hint")}
        maxLength={500}
        required
        data-autofocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Button size="xs" type="submit">
        {t("reason.go")}
      </Button>
    </form>
  );
}
