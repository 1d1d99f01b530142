/**
 * Builds the two files that the Python package carries:
 *
 *   src/serving_widgets/static/loader.js    the `_esm` of every widget
 *   src/serving_widgets/static/runtime.js   the code of the hidden runtime model, once per kernel
 *
 * `node build.mjs` builds once, `node build.mjs --watch` again whenever an input changes.
 *
 * The runtime travels over the comm and is saved into notebooks, both without compression, so it is packed here: the file
 * holds the minified module deflated and in base64, with a few lines that unfold it.
 *
 * The first line of each bundle is a comment, `inputs:` and a SHA-256 in hexadecimal, so that anyone can tell whether a
 * bundle is stale without trusting modification times. The rule, which the Python build hook repeats:
 *
 *   1. The inputs are every file below `src/` plus `build.mjs`, `package-lock.json`, `package.json`, `tsconfig.json`.
 *   2. Their paths are relative to this folder, use `/`, and are sorted by code point.
 *   3. For each input: update(path in UTF-8), update("\0"), update(content bytes), update("\0").
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import * as esbuild from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const STATIC = join(HERE, "..", "src", "serving_widgets", "static");
const SINGLE_FILES = ["build.mjs", "package-lock.json", "package.json", "tsconfig.json"];
const BUNDLES = {
  loader: { entry: "src/loader.ts", wrap: (code) => code },
  runtime: { entry: "src/runtime.ts", wrap: packed },
};
const WATCH_EVERY_MS = 300;

/** The CSS travels inside the runtime as a minified string, for the runtime alone knows which root it belongs in. */
const cssAsText = {
  name: "css-as-text",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await esbuild.transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code, loader: "text" };
    });
  },
};

async function inputPaths() {
  const below = await readdir(join(HERE, "src"), { recursive: true });
  const sources = [];
  for (const name of below) {
    if ((await stat(join(HERE, "src", name))).isFile()) sources.push(`src/${name.split(sep).join("/")}`);
  }
  return [...sources, ...SINGLE_FILES].sort();
}

export async function inputsHash() {
  const hash = createHash("sha256");
  for (const path of await inputPaths()) {
    hash.update(path).update("\0").update(await readFile(join(HERE, path))).update("\0");
  }
  return hash.digest("hex");
}

function packed(code) {
  const base64 = deflateRawSync(`${code}\n//# sourceURL=serving_widgets/runtime.js`, { level: 9 }).toString("base64");
  return [
    `const bytes = Uint8Array.from(atob("${base64}"), (char) => char.charCodeAt(0));`,
    `const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));`,
    `const code = new Blob([await new Response(stream).text()], { type: "text/javascript" });`,
    `const url = URL.createObjectURL(code);`,
    `export const { mount } = await import(url);`,
    `URL.revokeObjectURL(url);`,
    ``,
  ].join("\n");
}

async function build(hash) {
  await mkdir(STATIC, { recursive: true });
  for (const [name, { entry, wrap }] of Object.entries(BUNDLES)) {
    const { outputFiles } = await esbuild.build({
      absWorkingDir: HERE,
      entryPoints: [entry],
      write: false,
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      jsx: "automatic",
      jsxImportSource: "preact",
      charset: "utf8",
      legalComments: "none",
      define: { __INPUTS__: JSON.stringify(hash.slice(0, 12)) },
      plugins: [cssAsText],
    });
    const minified = outputFiles[0].text.trim();
    const text = `/* inputs:${hash} */\n${wrap(minified)}\n`;
    await writeFile(join(STATIC, `${name}.js`), text);
    console.log(`${name}.js: ${kilobytes(text)} (minified ${kilobytes(minified)})`);
  }
}

function kilobytes(text) {
  return `${(Buffer.byteLength(text) / 1000).toFixed(1)} kB`;
}

let built = await inputsHash();
await build(built);

if (process.argv.includes("--watch")) {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, WATCH_EVERY_MS));
    const now = await inputsHash();
    if (now === built) continue;
    built = now;
    await build(now).catch((error) => console.error(error.message));
  }
}
