import { QueryClient } from "@tanstack/react-query";

import { Problem } from "@/api/problem";

/** Only what may be otherwise the next time is asked again. */
function mayHelp(error: Error): boolean {
  return error instanceof Problem && (error.status === 0 || error.status >= 502);
}

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      networkMode: "always",
      retry: (failures, error) => failures < 2 && mayHelp(error),
    },
    mutations: { networkMode: "always" },
  },
});
