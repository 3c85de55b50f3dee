/** The day so many days after an instant, as a date field has it, in this browser's zone. Pure. */
export function dayFrom(at: Date, days: number): string {
  const day = new Date(at.getFullYear(), at.getMonth(), at.getDate() + days);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** The end of a date field's day, as the API takes it. Pure. */
export function endOf(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + 1).toISOString();
}
