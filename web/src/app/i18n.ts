import i18next, { type BackendModule } from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";

import { type Area, areas, type Texts } from "@/texts";
import { type Language, languages } from "@/texts/language";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: Texts;
    returnNull: false;
  }
}

const KEPT = "callward.language";

/** Catalogues come as chunks of their own, one for each area and language. */
const catalogues: BackendModule = {
  type: "backend",
  init: () => undefined,
  read: (language, area, done) => {
    areas[area as Area][language as Language]().then(
      (module) => done(null, module.default),
      (error: Error) => done(error, false),
    );
  },
};

function isLanguage(name: string | null): name is Language {
  return languages.some((language) => language === name);
}

/** As it was chosen here before, else the browser's. */
function chosen(): Language {
  const kept = localStorage.getItem(KEPT);
  if (isLanguage(kept)) return kept;
  const wanted = navigator.languages.map((name) => name.slice(0, 2)).find(isLanguage);
  return wanted ?? "en";
}

/** Ready once the texts that every page needs are here. */
export async function startTexts(): Promise<void> {
  i18next.on("languageChanged", (language) => {
    document.documentElement.lang = language;
  });
  await i18next
    .use(catalogues)
    .use(initReactI18next)
    .init({
      lng: chosen(),
      supportedLngs: [...languages],
      fallbackLng: false,
      ns: ["common"],
      defaultNS: "common",
      interpolation: { escapeValue: false },
      returnNull: false,
    });
}

/** The page's language. */
export function language(): Language {
  return isLanguage(i18next.language) ? i18next.language : "en";
}

export async function speak(wanted: Language): Promise<void> {
  localStorage.setItem(KEPT, wanted);
  await i18next.changeLanguage(wanted);
}

/** Calls `fn` after each change of the language. */
export function onLanguage(fn: () => void): () => void {
  i18next.on("languageChanged", fn);
  return () => i18next.off("languageChanged", fn);
}

/** An area's texts: `const t = useTexts("live"); t("title")`. */
export function useTexts<Name extends Area>(area: Name) {
  return useTranslation(area).t;
}

/** The page's language, and a new look when it changes. */
export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return isLanguage(i18n.language) ? i18n.language : "en";
}
