import { Anchor, Button, Group, Loader } from "@mantine/core";
import IconPlayerPlay from "@tabler/icons-react/dist/esm/icons/IconPlayerPlay.mjs";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { Link } from "wouter";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { Duration } from "@/ui/Duration";
import { ProblemText } from "@/ui/Problem";
import { StateMark } from "@/ui/StateMark";

import classes from "./card.module.css";
import type { Line } from "./timeline";

const PlayInPlace = lazy(() => import("./PlayInPlace"));

type Call = Extract<Line, { kind: "call" }>;

/** A call, and its recording in place. */
export function CallLine({ call }: { call: Call }) {
  const t = useTexts("clients");
  const session = useSession();
  const [isPlaying, setPlaying] = useState(false);
  const way = call.direction === "outbound" ? "outbound" : call.direction === "inbound" ? "inbound" : "internal";
  const talked = call.talk_seconds > 0;
  return (
    <>
      <Group gap="xs">
        <Anchor component={Link} href={`/calls/${call.id}`} inherit>
          {t(`call.${way}`)}
        </Anchor>
        {call.disposition === null ? (
          <StateMark state={talked ? "talking" : "ringing"} />
        ) : (
          <StateMark state={talked ? "answered" : "missed"}>{t(`disposition.${call.disposition}`)}</StateMark>
        )}
        {talked && <Duration seconds={call.talk_seconds} />}
        {call.agent !== null && <span className={classes["quiet"]}>{call.agent}</span>}
        {talked && call.disposition !== null && session.has("recordings.listen") && !isPlaying && (
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconPlayerPlay size={14} stroke={1.5} aria-hidden />}
            onClick={() => setPlaying(true)}
          >
            {t("call.play")}
          </Button>
        )}
      </Group>
      {isPlaying && <Recordings id={call.id} />}
    </>
  );
}

function Recordings({ id }: { id: string }) {
  const t = useTexts("clients");
  const call = useQuery({
    queryKey: ["call", id],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/calls/{id}", { params: { path: { id } }, signal })),
    staleTime: 60_000,
  });
  if (call.error !== null) return <ProblemText error={call.error} />;
  const found = (call.data?.recordings ?? []).filter((one) => one.state === "stored");
  if (call.isSuccess && found.length === 0) {
    return <span className={classes["quiet"]}>{t("call.noRecording")}</span>;
  }
  return (
    <Suspense fallback={<Loader size="xs" />}>
      {found.map((recording) => (
        <PlayInPlace key={recording.id} id={recording.id} />
      ))}
    </Suspense>
  );
}
