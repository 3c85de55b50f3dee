import { Alert, Button, Group, MultiSelect, Radio, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { api, ask } from "@/api/client";
import { useTexts } from "@/app/i18n";
import { type Right, useSession } from "@/app/session";
import { useAct } from "@/pages/admin/queries";
import { areas } from "@/pages/admin/roles/rights";
import { ProblemText } from "@/ui/Problem";
import { ShownOnce } from "@/ui/ShownOnce";

import { dayFrom, endOf } from "./days";

const USUAL_DAYS = 90;

/** A key for a program of one's own: what it may, until when; the key itself is shown once. */
export function NewToken() {
  const t = useTexts("account");
  const [isOpen, setOpen] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  return (
    <Stack gap="sm" mt="sm">
      {made !== null && (
        <Alert variant="light">
          <Text size="sm" mb="sm">
            {t("keys.once")}
          </Text>
          <ShownOnce value={made} />
        </Alert>
      )}
      {isOpen ? (
        <TokenForm
          onMade={(token) => {
            setMade(token);
            setOpen(false);
          }}
          onClose={() => setOpen(false)}
        />
      ) : (
        <div>
          <Button variant="default" onClick={() => setOpen(true)}>
            {t("keys.make")}
          </Button>
        </div>
      )}
    </Stack>
  );
}

function TokenForm({ onMade, onClose }: { onMade: (token: string) => void; onClose: () => void }) {
  const t = useTexts("account");
  const common = useTexts("common");
  const admin = useTexts("admin");
  const session = useSession();
  const [label, setLabel] = useState("");
  const [isNarrowed, setNarrowed] = useState(true);
  const [scopes, setScopes] = useState<string[]>([]);
  const [until, setUntil] = useState(() => dayFrom(new Date(), USUAL_DAYS));
  const make = useAct(
    () =>
      ask(
        api.POST("/api/v1/tokens", {
          body: {
            label: label.trim(),
            ...(isNarrowed ? { scopes } : {}),
            ...(until === "" ? {} : { expires_at: endOf(until) }),
          },
        }),
      ),
    [["tokens", session.person]],
    ({ token }) => onMade(token),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={t("keys.label")}
          description={t("keys.labelWhat")}
          required
          withAsterisk={false}
          autoFocus
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        <Radio.Group
          label={t("keys.may")}
          value={isNarrowed ? "some" : "all"}
          onChange={(chosen) => setNarrowed(chosen === "some")}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="some" label={t("keys.some")} />
            <Radio value="all" label={t("keys.everything")} />
          </Stack>
        </Radio.Group>
        {isNarrowed && (
          <MultiSelect
            size="sm"
            label={t("keys.rights")}
            searchable
            data={areas.map(([area, rights]) => ({
              group: admin(`area.${area}`),
              items: rights
                .filter((right: Right) => session.has(right))
                .map((right) => ({ value: right, label: admin(`right.${right}`) })),
            }))}
            value={scopes}
            onChange={setScopes}
          />
        )}
        <TextInput
          type="date"
          label={t("keys.until")}
          description={t("keys.untilWhat")}
          min={dayFrom(new Date(), 0)}
          value={until}
          onChange={(event) => setUntil(event.currentTarget.value)}
        />
        {make.error !== null && <ProblemText error={make.error} />}
        <Group gap="sm">
          <Button type="submit" loading={make.isPending} disabled={label.trim() === "" || (isNarrowed && scopes.length === 0)}>
            {t("keys.make")}
          </Button>
          <Button variant="default" onClick={onClose}>
            {common("confirm.no")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
