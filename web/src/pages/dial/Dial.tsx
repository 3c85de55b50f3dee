import { Button, Checkbox, Loader, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useSearchParams } from "wouter";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { CallButton } from "@/ui/CallButton";
import { callings } from "@/ui/calling";
import { Problem } from "@/ui/Problem";
import { sayCode } from "@/ui/code";

import { codeOf } from "./code";
import classes from "./dial.module.css";
import { allow, allowed, useOpener } from "./opener";

/** A small window that calls one client by his short code, for a button or link elsewhere. */
export default function Dial() {
  const t = useTexts("dial");
  const [address] = useSearchParams();
  const written = address.get("code") ?? "";
  const code = codeOf(written);
  useDocumentTitle(`${t("title")} · Callward`);
  return (
    <main className={classes["page"]}>
      <Stack gap="md">
        {code === null ? (
          <>
            <Title order={1}>{t("title")}</Title>
            <Text>{t("noCode")}</Text>
          </>
        ) : (
          <Client key={code} code={code} written={written} />
        )}
        <Button variant="subtle" onClick={() => globalThis.close()}>
          {t("close")}
        </Button>
      </Stack>
    </main>
  );
}

/** Whoever has that code, as far as this person may know of him. */
function Client({ code, written }: { code: string; written: string }) {
  const t = useTexts("dial");
  const session = useSession();
  const found = useQuery({
    queryKey: ["dial", code],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/clients", { params: { query: { code, limit: 1 } }, signal })),
  });
  if (found.isPending) return <Loader size="sm" />;
  if (found.error !== null) return <Problem error={found.error} retry={() => void found.refetch()} />;
  const [client] = found.data.items;
  if (client === undefined) {
    return (
      <>
        <Title order={1}>{t("code", { code })}</Title>
        <Text>{t("nobody")}</Text>
      </>
    );
  }
  return (
    <>
      <div>
        <Title order={1}>{client.name ?? t("unnamed")}</Title>
        <Text size="sm" c="dimmed">
          {t("code", { code: sayCode(client.short_code ?? code) })}
        </Text>
      </div>
      {session.has("calls.make") ? (
        <>
          <CallButton client={client.id} label={t("call", { code })} />
          <AtOnce client={client.id} written={written} />
        </>
      ) : (
        <Text>{t("mayNot")}</Text>
      )}
    </>
  );
}

/** Where a listed site's button opened this window, it may call without another click. */
function AtOnce({ client, written }: { client: string; written: string }) {
  const t = useTexts("dial");
  const session = useSession();
  const origin = useOpener(written);
  const [isChosen, setChosen] = useState<boolean | null>(null);
  const hasBegun = useRef(false);
  const sites = useQuery({
    queryKey: ["embedding"],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/embedding", { signal })),
    enabled: origin !== null,
  });
  const isListed = origin !== null && sites.data?.origins.includes(origin) === true;
  useEffect(() => {
    if (!isListed || hasBegun.current) return;
    hasBegun.current = true;
    if (allowed(session.person).includes(origin)) void callings.begin(client);
  }, [isListed, origin, client, session.person]);
  if (!isListed) return null;
  return (
    <Checkbox
      size="xs"
      label={t("atOnce", { site: new URL(origin).host })}
      checked={isChosen ?? allowed(session.person).includes(origin)}
      onChange={(event) => {
        allow(session.person, origin, event.currentTarget.checked);
        setChosen(event.currentTarget.checked);
      }}
    />
  );
}
