import { describe, expect, it } from "vitest";

import { type Area, areas } from ".";
import { type Language, languages } from "./language";

type Catalogue = Map<string, string>;

const names = Object.keys(areas) as Area[];

function flat(texts: object, before = ""): [string, unknown][] {
  return Object.entries(texts).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "object" && value !== null ? flat(value, `${before}${key}.`) : [[before + key, value]],
  );
}

async function catalogue(area: Area, language: Language): Promise<Catalogue> {
  return new Map(flat((await areas[area][language]()).default) as [string, string][]);
}

const FORM = /_(zero|one|two|few|many|other)$/;

/** A text without its plural form. */
function stem(key: string): string {
  return key.replace(FORM, "");
}

function holes(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{\s*(\w+)/g)].map((match) => match[1] ?? ""))].sort();
}

/** Words in which a language other than its own is right: names and what is typed. */
const LATIN = /^[\p{P}\p{S}\p{N}\s]*$|^(Callward|Asterisk|CSV|Excel|E-mail|TOTP|PIN|Windows|IP|MAC|RU|EN|VIP|1×|CRM|PBX)([\s.,:…].*)?$/u;

describe.each(names)("%s", (area) => {
  it("has every text in both languages", async () => {
    const [english, russian] = await Promise.all([catalogue(area, "en"), catalogue(area, "ru")]);
    expect(new Set([...russian.keys()].map(stem))).toEqual(new Set([...english.keys()].map(stem)));
  });

  it.each(languages)("has no empty text in %s", async (language) => {
    const texts = await catalogue(area, language);
    expect([...texts].filter(([, text]) => typeof text !== "string" || text.trim() === "")).toEqual([]);
  });

  it.each(languages)("has every plural form of %s", async (language) => {
    const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const texts = await catalogue(area, language);
    const counted = new Set([...texts.keys()].filter((key) => FORM.test(key)).map(stem));
    const missing = [...counted].flatMap((key) =>
      wanted.map((form) => `${key}_${form}`).filter((form) => !texts.has(form)),
    );
    expect(missing).toEqual([]);
    // A text cannot be both counted and not.
    expect([...counted].filter((key) => texts.has(key))).toEqual([]);
  });

  it("leaves the same holes in both languages", async () => {
    const [english, russian] = await Promise.all([catalogue(area, "en"), catalogue(area, "ru")]);
    const differing = [...russian].filter(([key, text]) => {
      const other = english.get(key) ?? english.get(`${stem(key)}_other`) ?? "";
      return !FORM.test(key) && holes(text).join() !== holes(other).join();
    });
    expect(differing).toEqual([]);
  });

  it("is translated", async () => {
    const russian = await catalogue(area, "ru");
    const latin = [...russian].filter(([, text]) => !/[а-яё]/i.test(text.replace(/\{\{.*?\}\}/g, "")));
    expect(latin.filter(([, text]) => !LATIN.test(text.replace(/\{\{.*?\}\}/g, "").trim()))).toEqual([]);
  });

  it("calls the reader «вы», without pathos", async () => {
    const russian = await catalogue(area, "ru");
    expect([...russian].filter(([, text]) => /(^|[^а-яё])(ты|твой|твоя|твои|тебе|тебя)([^а-яё]|$)/i.test(text))).toEqual([]);
    expect([...russian].filter(([, text]) => /!|пожалуйста|упс/i.test(text))).toEqual([]);
  });
});
