import { useLanguage, useTexts } from "@/app/i18n";

import { grouped } from "./week";

/** Working hours, days with the same ones together: "Mon – Fri 09:00–18:00". */
export function Hours({ hours }: { hours: readonly (readonly string[])[] | null }) {
  const t = useTexts("admin");
  const language = useLanguage();
  if (hours === null) return <>{t("machine.always")}</>;
  return (
    <>
      {grouped(hours, language).map(({ days, spans }) => (
        <div key={days}>
          {days} {spans === "" ? t("machine.closed") : spans}
        </div>
      ))}
    </>
  );
}
