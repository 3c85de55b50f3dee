import { Button, Center, Group, Loader, Stack, Text } from "@mantine/core";
import { useState } from "react";

import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { CallButton } from "@/ui/CallButton";
import { Problem, ProblemText } from "@/ui/Problem";
import { When } from "@/ui/When";

import { countDrafts } from "../drafts";
import type { Client } from "../queries";
import classes from "./card.module.css";
import { CardActions } from "./CardActions";
import { NextTask } from "./NextTask";
import { NoteWriter } from "./NoteWriter";
import { SeenAs } from "./SeenAs";
import { Timeline } from "./Timeline";
import { Twins } from "./Twins";
import { useArchive } from "./useArchive";
import { useCardStanding } from "./useCardStanding";
import { Who } from "./Who";

/** One client: who this is, and everything that happened with him. */
export function ClientCard({ id }: { id: string }) {
  const standing = useCardStanding(id);
  if (standing.error !== null) return <Problem error={standing.error} retry={standing.retry} />;
  if (standing.card === undefined) {
    return (
      <Center h={200}>
        <Loader size="sm" />
      </Center>
    );
  }
  return <Card card={standing.card} standing={standing} />;
}

function Card({ card, standing }: { card: Client; standing: ReturnType<typeof useCardStanding> }) {
  const t = useTexts("clients");
  const [seesAs, setSeesAs] = useState(false);
  // What may be read no more may not be changed either; what was typed can still be copied.
  const shown = standing.isGone ? { ...card, may: [] } : card;
  const name = card.name ?? t("who.noName");
  return (
    <>
      {standing.isGone && <Gone card={card} isArchivedHere={standing.isArchivedHere} />}
      {!standing.isGone && standing.by !== null && (
        <div className={classes["notice"]} role="status">
          <Group justify="space-between">
            <span>
              {t("beside.changed", { person: standing.by.person })} <When at={standing.by.at} />
            </span>
            <Button size="compact-xs" variant="subtle" onClick={standing.read}>
              {t("beside.read")}
            </Button>
          </Group>
        </div>
      )}
      <div className={classes["card"]}>
        <div className={classes["who"]}>
          <Stack gap="sm">
            <Group gap="xs" align="flex-start">
              {!standing.isGone && (
                <CallButton
                  client={card.id}
                  label={t("who.call", { name })}
                  impossible={card.may.includes("call") ? undefined : t("who.cannotCall")}
                />
              )}
              {!standing.isGone && <CardActions card={card} onSeeAs={() => setSeesAs(true)} />}
            </Group>
            {seesAs ? (
              <SeenAs card={card} onClose={() => setSeesAs(false)} />
            ) : (
              <Who key={String(standing.isGone)} card={shown} />
            )}
            {!standing.isGone && <NextTask card={shown} />}
            {!standing.isGone && card.may.includes("merge") && <Twins card={card} />}
          </Stack>
        </div>
        <div>
          {card.may.includes("note") && <NoteWriter card={card} />}
          <Timeline card={shown} />
        </div>
      </div>
    </>
  );
}

/** The card was taken away while it was open. */
function Gone({ card, isArchivedHere }: { card: Client; isArchivedHere: boolean }) {
  const t = useTexts("clients");
  const session = useSession();
  const { restore } = useArchive(card.id);
  const unsaved = countDrafts(card.id);
  return (
    <div className={`${classes["notice"]} ${classes["warning"]}`} role="alert">
      <Text size="sm">{t(isArchivedHere ? "archive.done" : "gone.what")}</Text>
      {unsaved > 0 && <Text size="sm">{t("gone.typed", { count: unsaved })}</Text>}
      {session.has("clients.restore") && (
        <Group gap="sm" mt="xs">
          <Button
            size="compact-xs"
            variant="default"
            loading={restore.isPending}
            onClick={() => restore.mutate()}
          >
            {t(isArchivedHere ? "archive.undo" : "gone.restore")}
          </Button>
          {restore.error !== null && <ProblemText error={restore.error} />}
        </Group>
      )}
    </div>
  );
}
