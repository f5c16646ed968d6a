// Builds the front end: hashed bundles, the icon sprite and the manifest that the web door reads.
// Nothing is written when the sources have not changed since the last build.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "src");
const out = join(here, "..", "caseflow", "web", "static", "dist");
const iconFolder = join(here, "node_modules", "@tabler", "icons", "icons");
const watch = process.argv.includes("--watch");

const options = {
  absWorkingDir: here,
  entryPoints: { app: "src/js/app.js", "app-css": "src/css/app.css", "bpmn-css": "src/css/bpmn.css", "designer-css": "src/css/designer.css", "audit-css": "src/css/audit.css" },
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  target: "chrome109",
  minify: true,
  metafile: true,
  legalComments: "linked",
  entryNames: "[name]-[hash]",
  chunkNames: "chunk-[name]-[hash]",
  assetNames: "asset-[name]-[hash]",
  loader: { ".svg": "dataurl", ".woff2": "file" },
  logLevel: "warning",
};

async function files(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = entries.map((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });
  return (await Promise.all(nested)).flat().sort();
}

async function fingerprint() {
  const inputs = [...(await files(source)), join(here, "build.mjs"), join(here, "package-lock.json")];
  const hash = createHash("sha256");
  for (const path of inputs) {
    hash.update(relative(here, path)).update("\0").update(await readFile(path)).update("\0");
  }
  return hash.digest("hex");
}

async function sprite() {
  const names = JSON.parse(await readFile(join(source, "icons.json"), "utf8"));
  const symbols = [];
  for (const name of names) {
    const [family, file] = name.includes("/") ? name.split("/") : ["outline", name];
    const svg = await readFile(join(iconFolder, family, `${file}.svg`), "utf8");
    const body = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[^>]*>|<\/svg>[\s\S]*$/g, "").trim();
    symbols.push(`<symbol id="${file}" viewBox="0 0 24 24">${body.replace(/\n\s*/g, "")}</symbol>`);
  }
  const text = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
  const name = `icons-${createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase()}.svg`;
  await writeFile(join(out, name), text);
  return { name, icons: names.map((icon) => icon.split("/").at(-1)) };
}

async function publish(metafile, stamp) {
  const manifest = { stamp, assets: {}, icons: [] };
  for (const [path, output] of Object.entries(metafile.outputs)) {
    const built = path.split("/").at(-1);
    if (output.entryPoint === "src/js/app.js") manifest.assets["app.js"] = built;
    if (output.entryPoint === "src/css/app.css") manifest.assets["app.css"] = built;
    if (output.entryPoint === "src/css/bpmn.css") manifest.assets["bpmn.css"] = built;
    if (output.entryPoint === "src/css/designer.css") manifest.assets["designer.css"] = built;
    if (output.entryPoint === "src/css/audit.css") manifest.assets["audit.css"] = built;
  }
  const icons = await sprite();
  manifest.assets["icons.svg"] = icons.name;
  manifest.icons = icons.icons;
  await writeFile(join(out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

async function current() {
  try {
    return JSON.parse(await readFile(join(out, "manifest.json"), "utf8")).stamp;
  } catch {
    return null;
  }
}

async function build() {
  const stamp = await fingerprint();
  if ((await current()) === stamp) {
    console.log("front end: up to date");
    return;
  }
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const result = await esbuild.build(options);
  await publish(result.metafile, stamp);
  console.log("front end: built");
}

async function keepBuilding() {
  const publisher = {
    name: "publish",
    setup(plugin) {
      plugin.onEnd(async (result) => {
        if (result.metafile) await publish(result.metafile, await fingerprint());
      });
    },
  };
  await mkdir(out, { recursive: true });
  const context = await esbuild.context({ ...options, plugins: [publisher] });
  await context.watch();
}

await (watch ? keepBuilding() : build());
