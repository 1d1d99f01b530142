/**
 * Builds the files that the Python package carries:
 *
 *   src/serving_widgets/static/loader.js    the `_esm` of every widget
 *   src/serving_widgets/static/runtime.js   what all views share; a hidden model carries it, once per kernel
 *   src/serving_widgets/static/<view>.js    a part: a view named in snake_case below `src/views`, carried when first shown
 *
 * `node build.mjs` builds once, `node build.mjs --watch` again whenever an input changes.
 *
 * A part takes what the runtime holds from the runtime, by the names that `src/runtime.ts` exports. The page alone knows
 * the runtime's address, so the import in a part says `RUNTIME` instead, and the loader puts the address there.
 *
 * The first line of each bundle is a comment, `inputs:` and a SHA-256 in hexadecimal, so that anyone can tell whether a
 * bundle is stale without trusting modification times. The rule, which the Python build hook repeats:
 *
 *   1. The inputs are every file below `src/` plus `build.mjs`, `package-lock.json`, `package.json`, `tsconfig.json`.
 *   2. Their paths are relative to this folder, use `/`, and are sorted by code point.
 *   3. For each input: update(path in UTF-8), update("\0"), update(content bytes), update("\0").
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const STATIC = join(HERE, "..", "src", "serving_widgets", "static");
const SINGLE_FILES = ["build.mjs", "package-lock.json", "package.json", "tsconfig.json"];
const RUNTIME = "serving-widgets:runtime";
/** A widget's view is named like the module of its class; components have names in capitals. */
const VIEW = /^src\/views\/\w+\/[a-z]+_[a-z_]+\.tsx$/;
const WATCH_EVERY_MS = 300;

/** CSS travels inside the code as a minified string, for the code alone knows which root it belongs in. */
const cssAsText = {
  name: "css-as-text",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await esbuild.transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code, loader: "text" };
    });
  },
};

/** Has a part import from the runtime what the runtime holds: each name apart, or `names` in one statement. */
function sharedWith({ files }, names) {
  const asked = Symbol("asked");
  return {
    name: "shared-with-the-runtime",
    setup(build) {
      build.onResolve({ filter: /./ }, async ({ path, pluginData, ...from }) => {
        if (path === RUNTIME) return { path, external: true };
        if (pluginData === asked || from.kind === "entry-point") return;
        const found = await build.resolve(path, { ...from, pluginData: asked });
        if (!files.has(relative(HERE, found.path).split(sep).join("/"))) return found;
        return names ? { path: RUNTIME, namespace: "runtime", sideEffects: false } : { path: RUNTIME, external: true };
      });
      build.onLoad({ filter: /./, namespace: "runtime" }, () => ({
        contents: `export { ${names.join(", ")} } from "${RUNTIME}";`,
      }));
    },
  };
}

/** The names that a part imports from the runtime. */
function namesIn(code) {
  const statements = code.matchAll(new RegExp(`import\\{([^}]*)\\}from"${RUNTIME}"`, "g"));
  return [...new Set([...statements].flatMap(([, list]) => list.split(",").map((one) => one.split(" ")[0])))].sort();
}

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

async function build(hash) {
  const bundle = async (entry, plugins = []) => {
    const { outputFiles, metafile } = await esbuild.build({
      absWorkingDir: HERE,
      entryPoints: [entry],
      outdir: STATIC,
      write: false,
      metafile: true,
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      jsx: "automatic",
      jsxImportSource: "preact",
      charset: "utf8",
      legalComments: "none",
      define: { __INPUTS__: JSON.stringify(hash.slice(0, 12)), __RUNTIME__: JSON.stringify(RUNTIME) },
      plugins: [cssAsText, ...plugins],
    });
    const [{ inputs, exports }] = Object.values(metafile.outputs);
    const files = Object.keys(inputs).filter((name) => inputs[name].bytesInOutput > 0);
    return { text: `/* inputs:${hash} */\n${outputFiles[0].text.trim()}\n`, files: new Set(files), names: exports };
  };
  const runtime = await bundle("src/runtime.ts");
  const bundles = new Map();
  for (const entry of (await inputPaths()).filter((path) => VIEW.test(path))) {
    const names = namesIn((await bundle(entry, [sharedWith(runtime)])).text);
    const missing = names.filter((name) => !runtime.names.includes(name));
    if (missing.length) throw new Error(`${entry} wants ${missing.join(", ")}: have src/runtime.ts export it.`);
    bundles.set(basename(entry, ".tsx"), await bundle(entry, [sharedWith(runtime, names)]));
  }
  bundles.set("loader", await bundle("src/loader.ts"));
  // Last, for its first line vouches for all of them.
  bundles.set("runtime", runtime);

  await mkdir(STATIC, { recursive: true });
  for (const [name, { text }] of bundles) {
    await writeFile(join(STATIC, `${name}.js`), text);
    console.log(`${name}.js: ${kilobytes(text)}`);
  }
  for (const file of await readdir(STATIC)) if (!bundles.has(basename(file, ".js"))) await rm(join(STATIC, file));
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
