// node build.mjs <folder>: bundles the page and Monaco's three workers; nothing is loaded from elsewhere.
import { build } from "esbuild";
import { copyFile, rm } from "node:fs/promises";

const folder = process.argv[2];
const common = { bundle: true, minify: true, outdir: folder, legalComments: "none", logLevel: "warning" };

await rm(folder, { recursive: true, force: true });
await build({
  ...common,
  entryPoints: { main: "main.jsx" },
  format: "esm",
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  jsx: "automatic",
  loader: { ".ttf": "file" },
  publicPath: "/graphiql",
  define: { "process.env.NODE_ENV": '"production"' },
});
await build({
  ...common,
  entryPoints: {
    "editor.worker": "monaco-editor/esm/vs/editor/editor.worker.js",
    "graphql.worker": "monaco-graphql/esm/graphql.worker.js",
    "json.worker": "monaco-editor/esm/vs/language/json/json.worker.js",
  },
  format: "iife",
});
await copyFile("index.html", `${folder}/index.html`);
