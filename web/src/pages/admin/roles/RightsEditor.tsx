import { NativeSelect } from "@mantine/core";

import { useTexts } from "@/app/i18n";

import classes from "../admin.module.css";
import { areas, isScoped, type Scope, scopesOf } from "./rights";
import { useScopeName } from "./useScopeName";

const USUAL = "";

interface Props {
  rights: Readonly<Record<string, string>>;
  /** What holds where `rights` says nothing; without it, that is "none". */
  usual?: Readonly<Record<string, string>>;
  usualLabel?: (scope: string) => string;
  disabled: boolean;
  onChange: (right: string, scope: string | null) => void;
}

/** Every right with its scope, by area. */
export function RightsEditor({ rights, usual, usualLabel, disabled, onChange }: Props) {
  const t = useTexts("admin");
  const scopeName = useScopeName();
  return (
    <table className={classes["matrix"]} aria-label={t("roles.rights")}>
      {areas.map(([area, listed]) => (
        <tbody key={area}>
          <tr className={classes["area"]}>
            <th scope="rowgroup" colSpan={2}>
              {t(`area.${area}`)}
            </th>
          </tr>
          {listed.map((right) => {
            const held = rights[right];
            const byDefault = (usual?.[right] ?? "none") as Scope;
            return (
              <tr key={right}>
                <th scope="row" title={right}>
                  {t(`right.${right}`)}
                </th>
                <td>
                  <NativeSelect
                    size="xs"
                    aria-label={t(`right.${right}`)}
                    disabled={disabled}
                    value={held ?? (usual === undefined ? "none" : USUAL)}
                    fw={held !== undefined && usual !== undefined ? 600 : undefined}
                    onChange={(event) => onChange(right, event.currentTarget.value || null)}
                    data={[
                      ...(usual === undefined
                        ? []
                        : [{ value: USUAL, label: usualLabel?.(scopeName(byDefault, isScoped(right))) ?? "" }]),
                      ...scopesOf(right).map((scope) => ({
                        value: scope,
                        label: scopeName(scope, isScoped(right)),
                      })),
                    ]}
                  />
                </td>
              </tr>
            );
          })}
        </tbody>
      ))}
    </table>
  );
}
