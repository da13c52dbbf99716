// Makes wwwroot/vendor/*.js: one ES module for each library, with its licence and version beside it.
// Run `npm ci && npm run build` here after changing a version in package.json. The same versions give the same bytes.

import { build } from "esbuild";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const target = (name) => here(`../../wwwroot/vendor/${name}`);

const LIBRARIES = [
  {
    name: "markdown-it",
    // What our dialect does not use, see the reason in each.
    alias: {
      entities: here("stubs/entities.mjs"),
      "linkify-it": here("stubs/linkify-it.mjs"),
      mdurl: here("stubs/mdurl.mjs"),
      "punycode.js": here("stubs/punycode.mjs"),
      "uc.micro": here("stubs/uc.micro.mjs"),
    },
  },
];

for (const { name, alias } of LIBRARIES) {
  const folder = `node_modules/${name}`;
  const { version, license, repository } = JSON.parse(await readFile(here(`${folder}/package.json`), "utf8"));
  const home = `https://github.com/${typeof repository === "string" ? repository : repository.url}`;
  const made = await build({
    stdin: { contents: `export { default } from "${name}";`, resolveDir: here(".") },
    alias,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    banner: { js: `// ${name} ${version}, ${license}, ${home}. Made by tools/vendor/build.mjs; the licence is in ${name}.LICENSE.txt.` },
    write: false,
  });
  await writeFile(target(`${name}.js`), made.outputFiles[0].text);
  await copyFile(here(`${folder}/LICENSE`), target(`${name}.LICENSE.txt`));
  console.log(`${name} ${version}: ${made.outputFiles[0].text.length} bytes`);
}
