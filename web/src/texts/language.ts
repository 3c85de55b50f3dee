/** The languages of the console, and what a translation has to hold. */

export const languages = ["en", "ru"] as const;
export type Language = (typeof languages)[number];

/** English counts one and other; Russian one, few, many and other (a fraction). */
type Forms<Key> = Key extends `${infer Word}_one`
  ? Key | `${Word}_few` | `${Word}_many`
  : Key;

/** What the Russian catalogue of an area holds, by its English one: every text, every plural form. */
export type Translated<English> = {
  [Key in keyof English as Forms<Key>]: English[Key] extends string ? string : Translated<English[Key]>;
};
