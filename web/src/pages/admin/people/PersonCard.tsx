import { Skeleton, Stack, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { useSession } from "@/app/session";
import { Problem } from "@/ui/Problem";
import { When } from "@/ui/When";

import { Facts, Part } from "../Facts";
import { keys } from "../queries";
import { useFieldName } from "../words";
import { PersonForm } from "./PersonForm";
import { PersonLeave } from "./PersonLeave";
import { PersonPresence } from "./PersonPresence";
import { PersonReturn } from "./PersonReturn";
import { PersonRights } from "./PersonRights";
import { PersonSignIn } from "./PersonSignIn";
import { PersonTouched } from "./PersonTouched";

/** One person: who he is, what he may, how he comes in, what he touched, and that he leaves. */
export function PersonCard({ name }: { name: string }) {
  const t = useTexts("admin");
  const session = useSession();
  const fieldName = useFieldName();
  const [tab, setTab] = useState("who");
  const asked = useQuery({
    queryKey: [...keys.people, "one", name],
    queryFn: ({ signal }) => ask(api.GET("/api/v1/people/{name}", { params: { path: { name } }, signal })),
  });
  if (asked.error !== null) return <Problem error={asked.error} retry={() => void asked.refetch()} />;
  const person = asked.data;
  if (person === undefined) return <Skeleton h={240} />;
  const changes = session.has("people.change");
  const isHere = person.left_at === null;
  // Who has just left: what he touched is looked at next.
  const shown = isHere || tab === "who" || tab === "rights" ? tab : session.has("audit.read") ? "touched" : "who";
  return (
    <Tabs value={shown} onChange={(chosen) => setTab(chosen ?? "who")} keepMounted={false}>
      {!isHere && <PersonReturn person={person} />}
      <Tabs.List mb="md">
        <Tabs.Tab value="who">{t("person.who")}</Tabs.Tab>
        <Tabs.Tab value="rights">{t("person.rights")}</Tabs.Tab>
        {changes && isHere && <Tabs.Tab value="sign-in">{t("person.signIn")}</Tabs.Tab>}
        {session.has("audit.read") && <Tabs.Tab value="touched">{t("person.touched")}</Tabs.Tab>}
        {changes && isHere && <Tabs.Tab value="leave">{t("person.leave")}</Tabs.Tab>}
      </Tabs.List>
      <Tabs.Panel value="who">
        <Stack gap="lg">
          {isHere && <PersonPresence name={name} />}
          <PersonForm key={person.name} person={person} disabled={!changes || !isHere} />
          <Facts
            of={[
              [t("people.hidden"), person.hidden.map(fieldName).join(", ") || t("person.nothingHidden")],
              [t("person.since"), <When key="since" at={person.created_at} />],
              [t("person.by"), person.created_by === "settings" ? t("person.bySettings") : person.created_by],
            ]}
          />
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="rights">
        <PersonRights person={person} disabled={!changes || !isHere} />
      </Tabs.Panel>
      <Tabs.Panel value="sign-in">
        <PersonSignIn person={person} />
      </Tabs.Panel>
      <Tabs.Panel value="touched">
        <PersonTouched name={name} />
      </Tabs.Panel>
      <Tabs.Panel value="leave">
        <Part title={t("leave.title", { name })} what={t("leave.what")}>
          <PersonLeave name={name} />
        </Part>
      </Tabs.Panel>
    </Tabs>
  );
}
