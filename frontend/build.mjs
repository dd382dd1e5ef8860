// Bundles the editor: node build.mjs FOLDER writes one script, and a text with the licence of each package in it.
import { createRequire } from "node:module";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { build } from "esbuild";

const NAME = "sparql-editor";
const [folder] = process.argv.slice(2);
if (!folder) throw new Error("say the folder to write to: node build.mjs FOLDER");
mkdirSync(folder, { recursive: true });

const { metafile } = await build({
  entryPoints: [`${NAME}.js`],
  outfile: join(folder, `${NAME}.js`),
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  banner: { js: `/* CCIN Linked Data's query editor. The licences of the packages in it: ${NAME}.licences.txt */` },
  metafile: true,
  logLevel: "warning",
});
writeFileSync(join(folder, `${NAME}.licences.txt`), licences(Object.keys(metafile.inputs)));

/** Returns the name, version and licence text of every package that is in the bundle. Fails when one has none. */
function licences(inputs) {
  const packages = new Set(inputs.map(packageOf).filter(Boolean));
  const texts = [...packages].sort().map((name) => {
    const home = join("node_modules", name);
    const { version, license } = createRequire(import.meta.url)(`./${home.split(sep).join("/")}/package.json`);
    const file = readdirSync(home).find((one) => /^licen[cs]e/i.test(one));
    if (!file) throw new Error(`${name} ${version} (${license}) comes without the text of its licence`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(home, file), "utf8").trim()}\n`;
  });
  const head = `The query editor holds code of these ${texts.length} packages.\n`;
  return [head, ...texts].join(`\n${"-".repeat(72)}\n\n`);
}

function packageOf(input) {
  const match = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
  return match && match[1];
}
