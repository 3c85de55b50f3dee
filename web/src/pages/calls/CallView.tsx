import { Group, SegmentedControl, Skeleton, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useCallback, useMemo, useRef, useState } from "react";
import { Link } from "wouter";

import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { CallButton } from "@/ui/CallButton";
import { Locked } from "@/ui/Locked";
import { Problem } from "@/ui/Problem";
import { sayCode } from "@/ui/code";
import { useNow } from "@/ui/useNow";

import { place } from "./axis";
import classes from "./calls.module.css";
import { Facts, Ledger } from "./Facts";
import { Follow } from "./Follow";
import { callAxis, lanes } from "./lanes";
import { LegalHoldOf } from "./LegalHold";
import { Listens, Monitored } from "./Listens";
import { type Marker, Notes } from "./Notes";
import { Outcome } from "./Outcome";
import { Picture } from "./Picture";
import { Player, type PlayerHandle } from "./Player";
import { type Call, type Monitoring, type Recording, useCall, useCallNotes, useMonitorings, useSound } from "./queries";
import { useWho } from "./who";
import { WrapUpOf } from "./WrapUpOf";

/** Everything about one call: in the drawer over the list, and as a page. */
export default function CallView({ id }: { id: string }) {
  const call = useCall(id);
  if (call.error !== null && call.data === undefined) {
    return <Problem error={call.error} retry={() => void call.refetch()} />;
  }
  if (call.data === undefined) return <Skeleton h={320} />;
  return (
    <>
      {call.data.running && <Follow ids={[id]} changed={() => void call.refetch()} />}
      <Shown call={call.data} />
    </>
  );
}

function Shown({ call }: { call: Call }) {
  const t = useTexts("calls");
  const session = useSession();
  const who = useWho();
  const [marker, setMarker] = useState<Marker | null>(null);
  const player = useRef<PlayerHandle>(null);
  const stored = call.recordings.filter((one) => one.state === "stored");
  const [chosen, setChosen] = useState<string | null>(null);
  const heard = stored.find((one) => one.id === chosen) ?? stored[0];
  const listened = useMonitorings(call.id, session.has("live.listen"));
  const monitorings = listened.data?.items ?? NOBODY;
  const seesNotes = !session.hidden.includes("notes");

  return (
    <Stack gap="md">
      <Group gap="sm">
        {call.client_id === null ? (
          <Text fw={600}>{who(call)}</Text>
        ) : (
          <Link href={`/clients/${call.client_id}`}>{who(call)}</Link>
        )}
        {call.short_code !== null && <Text c="dimmed">{sayCode(call.short_code)}</Text>}
        <Outcome call={call} />
        {call.client_id !== null && <CallButton client={call.client_id} />}
      </Group>
      <Sight
        call={call}
        monitorings={monitorings}
        heard={heard}
        player={player}
        onChoose={setChosen}
        onMark={seesNotes ? setMarker : undefined}
      />
      {heard === undefined && <NoSound call={call} />}
      {stored.length > 1 && (
        <SegmentedControl
          size="xs"
          aria-label={t("player.choose")}
          value={heard?.id ?? ""}
          onChange={setChosen}
          data={stored.map((one, index) => ({ value: one.id, label: t("player.nth", { n: index + 1 }) }))}
        />
      )}
      <div className={classes["columns"]}>
        <Part title={t("notes.title")}>
          {seesNotes ? (
            <Notes
              call={call.id}
              marker={marker}
              onMarked={() => setMarker(null)}
              onGo={(note) => {
                if (note.recording_id !== null) setChosen(note.recording_id);
                player.current?.go(note.at_seconds ?? 0);
              }}
            />
          ) : (
            <Locked why={t("notes.hidden")} />
          )}
        </Part>
        {call.answered_at !== null && call.direction !== "internal" && (
          <Part title={t("wrapUp.title")}>
            <WrapUpOf call={call.id} />
          </Part>
        )}
        <Part title={t("facts.title")}>
          <Facts call={call} />
        </Part>
        <Part title={t("ledger.title")}>
          <Ledger call={call} />
        </Part>
        {session.has("recordings.hold") && (
          <Part title={t("legalHold.title")}>
            <LegalHoldOf call={call.id} />
          </Part>
        )}
        {monitorings.length > 0 && (
          <Part title={t("monitored.title")}>
            <Monitored monitorings={monitorings} />
          </Part>
        )}
        {heard !== undefined && (
          <Part title={t("listens.title")}>
            <Listens recording={heard.id} />
          </Part>
        )}
      </div>
    </Stack>
  );
}

interface SightProps {
  call: Call;
  monitorings: readonly Monitoring[];
  heard: Recording | undefined;
  player: React.RefObject<PlayerHandle | null>;
  onChoose: (recording: string) => void;
  onMark: ((marker: Marker) => void) | undefined;
}

/** The picture and the sound, on one axis. */
function Sight({ call, monitorings, heard, player, onChoose, onMark }: SightProps) {
  const now = useNow(call.running ? "second" : "minute");
  const session = useSession();
  const frame = useRef<HTMLDivElement>(null);
  const notes = useCallNotes(call.id, !session.hidden.includes("notes"));
  const upTo = call.running ? now : 0;
  const axis = useMemo(() => callAxis(call, monitorings, upTo), [call, monitorings, upTo]);
  const drawn = useMemo(() => lanes(call, monitorings, axis), [call, monitorings, axis]);
  const began = Date.parse(heard?.started_at ?? "");
  // Sixty times a second: painted past React.
  const onTime = useCallback(
    (seconds: number) => frame.current?.style.setProperty("--here", String(place(axis, began + seconds * 1_000))),
    [axis, began],
  );

  /** The recording that has that instant's sound is chosen; the player goes there. */
  function go(at: number): void {
    const holding = call.recordings.find((one) => {
      const from = Date.parse(one.started_at ?? "");
      return one.state === "stored" && at >= from && at <= from + (one.duration_seconds ?? 0) * 1_000;
    });
    if (holding !== undefined && holding.id !== heard?.id) onChoose(holding.id);
    const from = Date.parse((holding ?? heard)?.started_at ?? "");
    player.current?.go((at - from) / 1_000);
  }

  return (
    <div ref={frame}>
      <Picture axis={axis} lanes={drawn} onGo={heard === undefined ? undefined : go}>
        {heard !== undefined && (
          <Sound id={heard.id}>
            {(sound) => (
              <Player
                key={heard.id}
                ref={player}
                sound={sound}
                axis={axis}
                notes={notes.data?.items ?? []}
                pauses={call.pauses}
                onTime={onTime}
                onMark={onMark === undefined ? undefined : (seconds) => onMark({ recording: heard.id, seconds })}
              />
            )}
          </Sound>
        )}
      </Picture>
    </div>
  );
}

const NOBODY: readonly Monitoring[] = [];

function Sound({ id, children }: { id: string; children: (sound: NonNullable<ReturnType<typeof useSound>["data"]>) => ReactNode }) {
  const sound = useSound(id);
  if (sound.error !== null) return <Problem error={sound.error} retry={() => void sound.refetch()} />;
  return sound.data === undefined ? <Skeleton h={136} /> : children(sound.data);
}

/** Why there is nothing to hear. */
function NoSound({ call }: { call: Call }) {
  const t = useTexts("calls");
  const session = useSession();
  const [first] = call.recordings;
  const why = !session.has("recordings.listen")
    ? t("player.notYours")
    : call.running && call.recording !== null
      ? t("player.coming")
      : first !== undefined && first.state !== "stored"
        ? t(`player.state.${first.state}`)
        : t("player.none");
  return (
    <Text size="sm" c="dimmed">
      {why}
    </Text>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Title order={2} mb="xs">
        {title}
      </Title>
      {children}
    </section>
  );
}
