import { Text } from "@mantine/core";

import type { components } from "@/api/schema";
import { useTexts } from "@/app/i18n";
import { When } from "@/ui/When";

import classes from "../admin.module.css";
import { Verdict } from "./Verdict";

/** Every PBX, whether it is connected since when, and what is amiss. */
export function Links({ links }: { links: readonly components["schemas"]["LinkHealth"][] }) {
  const t = useTexts("admin");
  return (
    <ul className={classes["lines"]}>
      {links.map((link) => (
        <li key={link.pbx}>
          <span>{link.pbx}</span>
          <Verdict of={link.connected ? "ok" : "fail"}>
            {t(link.connected ? "health.connected" : "health.down")}
          </Verdict>
          <Text span inherit c="dimmed">
            <When at={link.since} />
          </Text>
          <span className={classes["grow"]}>{link.notices.join(" ")}</span>
        </li>
      ))}
    </ul>
  );
}
