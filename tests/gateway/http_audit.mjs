// node http_audit.mjs <url> <folder with node_modules>: audits GraphQL over HTTP, prints JSON.
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [url, folder] = process.argv.slice(2);
const { auditServer } = createRequire(resolve(folder, "package.json"))("graphql-http");

const results = await auditServer({ url });
console.log(
  JSON.stringify(results.map(({ id, name, status, reason }) => ({ id, name, status, reason }))),
);
