import { Button, Group, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { ProblemText } from "@/ui/Problem";

import classes from "../admin.module.css";
import { Part } from "../Facts";
import { useAct } from "../queries";

/** Who may come from one address, by the rules as they are. */
export function PlaceCheck() {
  const t = useTexts("admin");
  const [address, setAddress] = useState("");
  const check = useAct(
    (asked: string) => ask(api.GET("/api/v1/place-rules/check", { params: { query: { address: asked } } })),
    [],
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    check.mutate(address.trim());
  };
  return (
    <Part title={t("places.check")}>
      <form onSubmit={submit}>
        <Group gap="sm" align="end" mb="sm">
          <TextInput
            size="xs"
            w={220}
            label={t("places.address")}
            placeholder="192.0.2.17"
            autoComplete="off"
            spellCheck={false}
            value={address}
            onChange={(event) => setAddress(event.currentTarget.value)}
          />
          <Button type="submit" h={30} variant="default" loading={check.isPending} disabled={address.trim() === ""}>
            {t("places.checkAct")}
          </Button>
        </Group>
      </form>
      {check.error !== null && <ProblemText error={check.error} />}
      {check.data !== undefined && (
        <ul className={classes["lines"]} aria-label={check.data.address}>
          {check.data.items.map((one) => (
            <li key={one.person}>
              <span className={classes["grow"]}>{one.person}</span>
              <Text span inherit fw={one.verdict === "allowed" ? undefined : 600}>
                {t(`places.${one.verdict}`)}
              </Text>
              <Text span inherit c="dimmed">
                {one.rules.length === 0 ? t("places.anywhere") : one.rules.map((rule) => rule.network ?? rule.mac).join(", ")}
              </Text>
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}
