import { type InvalidateOptions, type InvalidateQueryFilters, QueryClient, type QueryKey } from "@tanstack/react-query";

import { Problem } from "@/api/problem";

/** Only what may be otherwise the next time is asked again. */
function mayHelp(error: Error): boolean {
  return error instanceof Problem && (error.status === 0 || error.status >= 502);
}

/**
 * What is no longer true is asked anew, also where the first answer is still on its way: TanStack
 * Query takes that one for the new one, although it may tell what was before.
 */
class Queries extends QueryClient {
  override invalidateQueries<Key extends QueryKey = QueryKey>(
    filters?: InvalidateQueryFilters<Key>,
    options?: InvalidateOptions,
  ): Promise<void> {
    const underWay = { ...filters, type: "active", fetchStatus: "fetching" } as InvalidateQueryFilters;
    for (const query of this.getQueryCache().findAll(underWay)) {
      // Silently: whoever waits for that answer waits for the next one, which is asked below.
      if (query.state.data === undefined) void query.cancel({ silent: true });
    }
    return super.invalidateQueries(filters, options);
  }

  /** What the daemon has just told of itself: newer than any answer that is still on its way. */
  tell(queryKey: QueryKey, told: unknown): void {
    void this.cancelQueries({ queryKey, exact: true });
    this.setQueryData(queryKey, told);
  }
}

export const queries = new Queries({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      networkMode: "always",
      retry: (failures, error) => failures < 2 && mayHelp(error),
    },
    mutations: { networkMode: "always" },
  },
});
