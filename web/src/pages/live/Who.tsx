import IconLock from "@tabler/icons-react/dist/esm/icons/IconLock.mjs";

import type { LiveCall } from "@/api/live";
import { useTexts } from "@/app/i18n";
import { sayCode } from "@/ui/code";

import classes from "./live.module.css";

/** With whom a call is, in one line of text. */
export function useWho(): (call: LiveCall) => string {
  const t = useTexts("live");
  return (call) => {
    if (call.private) return t("who.private");
    if (call.withheld) return t("who.withheld");
    if (call.direction === "internal") return t("who.internal");
    if (call.client === null) return t("who.unknown");
    const { name, short_code: code } = call.client;
    if (name !== null) return name;
    return code === null ? t("who.unknown") : sayCode(code);
  };
}

/** With whom a call is: name and short code, or why neither is told. */
export function Who({ call }: { call: LiveCall }) {
  const t = useTexts("live");
  const who = useWho()(call);
  if (call.private || call.withheld) {
    return (
      <span className={classes["untold"]} title={t(call.private ? "who.privateWhy" : "who.withheldWhy")}>
        <IconLock size={14} stroke={1.5} aria-hidden />
        {who}
      </span>
    );
  }
  const name = call.client?.name ?? null;
  const code = call.client?.short_code ?? null;
  return (
    <>
      <span className={name === null ? classes["untold"] : classes["name"]}>
        {name ?? (call.direction === "internal" ? who : t("who.unknown"))}
      </span>
      {code !== null && <span className={classes["code"]}>{sayCode(code)}</span>}
    </>
  );
}
