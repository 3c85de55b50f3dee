import { Text } from "@mantine/core";

import { useTexts } from "@/app/i18n";
import { Problem } from "@/ui/Problem";
import { When } from "@/ui/When";

import classes from "./calls.module.css";
import { type Monitoring, useListens } from "./queries";

/** Who played a recording, and when: as far as this viewer may read the audit. */
export function Listens({ recording }: { recording: string }) {
  const t = useTexts("calls");
  const listens = useListens(recording);
  if (listens.error !== null) return <Problem error={listens.error} retry={() => void listens.refetch()} />;
  const items = listens.data?.items ?? [];
  return (
    <>
      {listens.data !== undefined && items.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("listens.none")}
        </Text>
      )}
      {items.length > 0 && (
        <table className={classes["table"]}>
          <thead>
            <tr>
              <th scope="col">{t("listens.person")}</th>
              <th scope="col">{t("listens.when")}</th>
              <th scope="col">{t("listens.way")}</th>
              <th scope="col">{t("listens.address")}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((one) => (
              <tr key={`${one.person}${one.began_at}`}>
                <td>{one.person}</td>
                <td>
                  <When at={one.began_at} />
                </td>
                <td>{one.way === null ? "" : t(`listens.${one.way}`)}</td>
                <td>{one.address}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {listens.data?.whole === false && (
        <Text size="xs" c="dimmed" mt="xs">
          {t("listens.own")}
        </Text>
      )}
    </>
  );
}

/** Who listened in while the call ran, in which way, and why. */
export function Monitored({ monitorings }: { monitorings: readonly Monitoring[] }) {
  const t = useTexts("calls");
  return (
    <table className={classes["table"]}>
      <thead>
        <tr>
          <th scope="col">{t("listens.person")}</th>
          <th scope="col">{t("listens.when")}</th>
          <th scope="col">{t("listens.way")}</th>
          <th scope="col">{t("monitored.reason")}</th>
        </tr>
      </thead>
      <tbody>
        {monitorings.map((one) => (
          <tr key={one.id}>
            <td>{one.person}</td>
            <td>
              <When at={one.started_at} />
            </td>
            <td>{[...new Set(one.modes.map((step) => t(`picture.span.${step.mode}`)))].join(", ")}</td>
            <td>{one.reason}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
