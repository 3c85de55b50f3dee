import { Text } from "@mantine/core";

import { useTexts } from "@/app/i18n";
import type { Texts } from "@/texts";

import classes from "../admin.module.css";
import { Part } from "../Facts";
import { useFieldName } from "../words";

type Special = Texts["admin"]["effects"]["of"];

/** What it means that a field is hidden, wherever it would be met; and what is particular to these. */
export function Effects({ hidden }: { hidden: readonly string[] }) {
  const t = useTexts("admin");
  const fieldName = useFieldName();
  const special = t("effects.of", { returnObjects: true }) as Special;
  const everywhere = t("effects.everywhere", { returnObjects: true }) as Texts["admin"]["effects"]["everywhere"];
  return (
    <Part title={t("effects.title")}>
      <ul className={classes["lines"]}>
        {Object.entries(everywhere).map(([key, said]) => (
          <li key={key}>{said}</li>
        ))}
        {hidden
          .filter((field): field is keyof Special => Object.hasOwn(special, field))
          .map((field) => (
            <li key={field}>
              <Text span inherit fw={600}>
                {fieldName(field)}
              </Text>
              <span className={classes["grow"]}>{special[field]}</span>
            </li>
          ))}
      </ul>
    </Part>
  );
}
