// Builds each file of entries/ into one file of the desk, with nothing left to fetch: npm run build
// The first line of each names the packages that are in it, with their versions and licences.
import { build } from "esbuild";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

for (const entry of readdirSync(here("entries"))) {
  const outfile = here(`../tacenda/desk/static/vendored/${entry}`);
  const { metafile } = await build({
    absWorkingDir: here("."),
    entryPoints: [here(`entries/${entry}`)],
    outfile,
    bundle: true,
    minify: true,
    metafile: true,
    format: "iife",
    target: "es2022",
    legalComments: "inline",
    charset: "utf8",
  });
  const output = Object.values(metafile.outputs)[0];
  const used = Object.entries(output.inputs).filter(([, part]) => part.bytesInOutput).map(([path]) => path);
  const packages = new Set(used.map((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]).filter(Boolean));
  const named = [...packages].sort().map((name) => {
    const { version, license } = JSON.parse(readFileSync(here(`node_modules/${name}/package.json`), "utf8"));
    return `${name} ${version} (${license})`;
  });
  writeFileSync(outfile, `/* ${named.join(", ")} */\n${readFileSync(outfile, "utf8")}`);
}
