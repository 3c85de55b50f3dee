import { useCallback, useMemo } from "react";
import { useSearchParams } from "wouter";

/** How one filter is written in the address; `null` is not written at all. */
export interface Filter<Value> {
  read(written: string): Value | null;
  write(value: Value): string;
}

export const text: Filter<string> = { read: (written) => written || null, write: (value) => value };

export const flag: Filter<true> = { read: (written) => (written === "1" ? true : null), write: () => "1" };

export const whole: Filter<number> = {
  read: (written) => (/^\d{1,9}$/.test(written) ? Number(written) : null),
  write: String,
};

export function choice<const Value extends string>(...values: readonly Value[]): Filter<Value> {
  return {
    read: (written) => values.find((value) => value === written) ?? null,
    write: (value) => value,
  };
}

/** A filter of whatever values. */
interface AnyFilter {
  read(written: string): unknown;
  write(value: never): string;
}

type Values<Spec> = {
  [Name in keyof Spec]: Spec[Name] extends Filter<infer Value> ? Value | null : never;
};

/** What an address holds of these filters; what cannot be read is left out. Pure. */
export function readFilters<Spec extends Record<string, AnyFilter>>(
  spec: Spec,
  address: URLSearchParams,
): Values<Spec> {
  const values = Object.entries(spec).map(([name, filter]) => {
    const written = address.get(name);
    return [name, written === null ? null : filter.read(written)];
  });
  return Object.fromEntries(values) as Values<Spec>;
}

/** The address with these filters changed; all else in it stays. Pure. */
export function writeFilters<Spec extends Record<string, AnyFilter>>(
  spec: Spec,
  address: URLSearchParams,
  change: Partial<Values<Spec>>,
): URLSearchParams {
  const written = new URLSearchParams(address);
  for (const [name, value] of Object.entries(change)) {
    if (value === null || value === undefined || value === "") written.delete(name);
    else written.set(name, spec[name]?.write(value as never) ?? String(value));
  }
  return written;
}

/**
 * Typed filters that are kept in the address, so that a list can be sent, kept and gone back to:
 * `const [filters, setFilters] = useFilters(SPEC)`, with `SPEC` made once outside of the component.
 */
export function useFilters<Spec extends Record<string, AnyFilter>>(
  spec: Spec,
): [Values<Spec>, (change: Partial<Values<Spec>>) => void] {
  const [address, setAddress] = useSearchParams();
  const values = useMemo(() => readFilters(spec, address), [spec, address]);
  const change = useCallback(
    (wanted: Partial<Values<Spec>>) =>
      setAddress((now) => writeFilters(spec, now, wanted), { replace: true }),
    [spec, setAddress],
  );
  return [values, change];
}
