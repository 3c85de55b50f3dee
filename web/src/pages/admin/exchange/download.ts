import { api } from "@/api/client";
import { Problem } from "@/api/problem";
import type { components } from "@/api/schema";

/** Takes that export and has the browser keep it as a file. Throws a `Problem`. */
export async function download(wanted: components["schemas"]["ExportWanted"]): Promise<void> {
  const { data, error, response } = await api.POST("/api/v1/exports", { body: wanted, parseAs: "blob" });
  if (!response.ok || data === undefined) throw Problem.of(response.status, error);
  const address = URL.createObjectURL(data as Blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName(response.headers.get("Content-Disposition"));
  link.click();
  URL.revokeObjectURL(address);
}

/** As the daemon calls it: the export's mark is in the name. Pure. */
export function fileName(disposition: string | null): string {
  return /filename="?([^";]+)"?/.exec(disposition ?? "")?.[1] ?? "clients.csv";
}
