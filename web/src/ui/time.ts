/** Instants and durations as people read them. Pure. */

/** For `Intl`: English days come before months, and hours are 24. */
export function locale(language: string): string {
  return language === "en" ? "en-GB" : language;
}

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/** `2:41`, `1:02:41`; what is below zero is zero. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / HOUR);
  const minutes = Math.floor((whole % HOUR) / MINUTE);
  const rest = String(whole % MINUTE).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** "5 min. ago"; further than a week away it is the date. */
export function relative(at: Date, now: Date, language: string): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  const format = new Intl.RelativeTimeFormat(locale(language), { numeric: "auto", style: "short" });
  const away = Math.abs(seconds);
  if (away < MINUTE) return format.format(0, "minute");
  if (away < HOUR) return format.format(Math.trunc(seconds / MINUTE), "minute");
  if (away < DAY) return format.format(Math.trunc(seconds / HOUR), "hour");
  if (away < 7 * DAY) return format.format(Math.trunc(seconds / DAY), "day");
  const isThisYear = at.getFullYear() === now.getFullYear();
  const year = isThisYear ? undefined : "numeric";
  return new Intl.DateTimeFormat(locale(language), { day: "numeric", month: "short", year }).format(at);
}

/** The whole instant, in the reader's zone. */
export function exact(at: Date, language: string): string {
  return new Intl.DateTimeFormat(locale(language), { dateStyle: "full", timeStyle: "medium" }).format(at);
}

/** `14:05`. */
export function clock(at: Date, language: string): string {
  return new Intl.DateTimeFormat(locale(language), { hour: "2-digit", minute: "2-digit" }).format(at);
}
