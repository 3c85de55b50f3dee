import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

import type { Plugin } from "vite";

const ROOT = dirname(fileURLToPath(import.meta.url));
const MANTINE = join(ROOT, "node_modules/@mantine/core");
const NAME = "virtual:mantine-styles";
const ALWAYS = ["default-css-variables", "baseline", "global"];
const IMPORTED = /import\s+(?:\w+,\s*)?\{([^}]*)\}\s+from\s+"@mantine\/core"/g;

/** `import "virtual:mantine-styles"`: the styles of those components that are used, and no others. */
export function mantineStyles(): Plugin {
  return {
    name: "mantine-styles",
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load: (id) => {
      if (id !== `\0${NAME}`) return null;
      const files = [...ALWAYS, ...ordered(modules(named()))];
      return files.map((name) => `import "@mantine/core/styles/${name}.css";`).join("\n");
    },
  };
}

/** What the sources, and the charts, import from Mantine. */
function named(): Set<string> {
  const sources = globSync("src/**/*.{ts,tsx}", { cwd: ROOT }).map((file) => join(ROOT, file));
  const charts = globSync("node_modules/@mantine/charts/esm/**/*.mjs", { cwd: ROOT }).map((file) => join(ROOT, file));
  const names = new Set<string>();
  for (const file of [...sources, ...charts]) {
    for (const [, list = ""] of readFileSync(file, "utf-8").matchAll(IMPORTED)) {
      for (const one of list.split(",")) names.add(one.trim().split(/\s/)[0] ?? "");
    }
  }
  return names;
}

/** The style modules of these components and of all that they are made of. */
function modules(names: Set<string>): string[] {
  const index = join(MANTINE, "esm/index.mjs");
  const waiting = imports(index)
    .filter(([what]) => what.some((name) => names.has(name)))
    .map(([, file]) => file);
  const met = new Set<string>();
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (met.has(file)) continue;
    met.add(file);
    waiting.push(...imports(file).map(([, imported]) => imported));
  }
  return [...met].flatMap((file) => /([\w-]+)\.module\.mjs$/.exec(file)?.[1] ?? []);
}

function imports(file: string): [string[], string][] {
  const found = readFileSync(file, "utf-8").matchAll(/import\s+(\w+|\{[^}]*\})\s+from\s+"(\.[^"]+)"/g);
  return [...found].map(([, what = "", path = ""]) => [
    what.replace(/[{}]/g, "").split(",").map((name) => name.trim()),
    normalize(join(dirname(file), path)),
  ]);
}

/** A component's styles stand after those of what it is made of, as in Mantine's own sheet. */
function ordered(names: readonly string[]): string[] {
  const whole = readFileSync(join(MANTINE, "styles.css"), "utf-8");
  const at = (name: string) => {
    const place = whole.indexOf(readFileSync(join(MANTINE, `styles/${name}.css`), "utf-8").trim());
    if (place === -1) throw new Error(`Mantine's sheet does not hold the styles of ${name}`);
    return place;
  };
  return [...new Set(names)].sort((one, other) => at(one) - at(other));
}
