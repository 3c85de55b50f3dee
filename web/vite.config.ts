import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

import { mantineStyles } from "./mantine-styles.ts";

/** Where a daemon listens that `npm run dev` asks. */
const daemon = process.env["CALLWARD"] ?? "http://127.0.0.1:8088";

export default defineConfig({
  plugins: [react(), mantineStyles()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: fileURLToPath(new URL("../daemon/console/site", import.meta.url)),
    emptyOutDir: true,
    sourcemap: false,
    // Inlined files would be data: addresses, which the Content-Security-Policy forbids for scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { "/api": { target: daemon, ws: true, changeOrigin: true }, "/health": daemon } },
  test: { include: ["src/**/*.test.{ts,tsx}"], environment: "node" },
});
