import { readFile } from "node:fs/promises";
import { defineConfig } from "vitest/config";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  define: { __INPUTS__: JSON.stringify("test"), __RUNTIME__: JSON.stringify("serving-widgets:runtime") },
  plugins: [
    {
      // Mirrors the build: a style sheet is imported as its text.
      name: "css-as-text",
      enforce: "pre",
      async load(id) {
        if (!id.endsWith(".css")) return null;
        return `export default ${JSON.stringify(await readFile(id, "utf8"))}`;
      },
    },
  ],
  // No test is about time: the limit is for what hangs, and two busy cores are slower than one would think.
  test: { environment: "happy-dom", include: ["test/**/*.test.{ts,tsx}"], testTimeout: 30_000 },
});
