import { Button, Chip, Group, Loader, Text } from "@mantine/core";
import { useState } from "react";

import { useLanguage, useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { Problem } from "@/ui/Problem";
import { locale } from "@/ui/time";

import { type Client, useLooks, useTimeline } from "../queries";
import classes from "./card.module.css";
import { gathered } from "./changes";
import { TimelineLine } from "./TimelineLine";
import { byDays, type Entry, type Kind, localDay, looks, ofKinds, woven } from "./timeline";

const KINDS = ["call", "note", "task", "change"] as const satisfies readonly Kind[];

/** Everything that happened with this client in one row, the newest first. */
export function Timeline({ card }: { card: Client }) {
  const t = useTexts("clients");
  const language = useLanguage();
  const session = useSession();
  const [kinds, setKinds] = useState<Kind[]>([]);
  const timeline = useTimeline(card.id);
  const mayAudit = session.has("audit.read");
  const wantsLooks = mayAudit && kinds.includes("look");
  const seen = useLooks(card.id, wantsLooks);

  const pages = timeline.data?.pages ?? [];
  const entries = pages.flatMap((page) => page.items as Entry[]);
  const lines = woven(
    entries,
    wantsLooks ? looks(seen.data?.items ?? [], localDay) : [],
    timeline.hasNextPage,
  );
  const days = byDays(ofKinds(lines, kinds), localDay);
  const format = new Intl.DateTimeFormat(locale(language), { day: "numeric", month: "long", weekday: "long" });
  const withYear = new Intl.DateTimeFormat(locale(language), { dateStyle: "long" });

  return (
    <section aria-label={t("timeline.title")} aria-busy={timeline.isFetching}>
      <Chip.Group multiple value={kinds} onChange={(chosen) => setKinds(chosen as Kind[])}>
        <Group gap={4} py="sm" role="group" aria-label={t("timeline.show")}>
          {KINDS.map((kind) => (
            <Chip key={kind} size="xs" value={kind}>
              {t(`timeline.kind.${kind}`)}
            </Chip>
          ))}
          {mayAudit && (
            <Chip size="xs" value="look">
              {t("timeline.kind.look")}
            </Chip>
          )}
        </Group>
      </Chip.Group>
      {seen.error !== null && <Problem error={seen.error} />}
      {timeline.error !== null && (
        <Problem error={timeline.error} retry={() => void timeline.refetch()} />
      )}
      {timeline.isPending && <Loader size="sm" />}
      {timeline.isSuccess && days.length === 0 && (
        <Text size="sm" c="dimmed" py="md">
          {t(kinds.length > 0 ? "timeline.noneOfKind" : "timeline.none")}
        </Text>
      )}
      {days.map(({ day, lines: ofDay }) => (
        <div key={day}>
          <div className={classes["day"]}>
            {(day.startsWith(String(new Date().getFullYear())) ? format : withYear).format(
              new Date(`${day}T12:00:00`),
            )}
          </div>
          <ul className={classes["lines"]}>
            {gathered(ofDay).map((line) => (
              <TimelineLine key={`${line.kind} ${line.id}`} line={line} card={card} />
            ))}
          </ul>
        </div>
      ))}
      {timeline.hasNextPage && (
        <Button
          variant="default"
          mt="sm"
          loading={timeline.isFetchingNextPage}
          onClick={() => void timeline.fetchNextPage()}
        >
          {t("timeline.earlier")}
        </Button>
      )}
    </section>
  );
}
