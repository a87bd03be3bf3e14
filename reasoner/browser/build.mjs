// Builds each file of entries/ into one file of the desk, with nothing left to fetch: npm run build
import { build } from "esbuild";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

for (const entry of readdirSync(here("entries"))) {
  await build({
    entryPoints: [here(`entries/${entry}`)],
    outfile: here(`../tacenda/desk/static/vendored/${entry}`),
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    legalComments: "inline",
    charset: "utf8",
  });
}
