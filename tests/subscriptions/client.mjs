// node client.mjs <address> <token> <folder with node_modules>: talks through the npm package
// graphql-ws as a cabinet does, prints each thing that happens as a line of JSON, and takes
// orders as lines of JSON: {"subscribe": id, "query": text}, {"complete": id}, {"end": true}.
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const [url, token, folder] = process.argv.slice(2);
const packages = createRequire(resolve(folder, "package.json"));
const { createClient } = packages("graphql-ws");
const say = (what) => console.log(JSON.stringify(what));

const client = createClient({
  url,
  webSocketImpl: packages("ws"),
  connectionParams: { authorization: `Bearer ${token}` },
  lazy: false,
  keepAlive: 200,
  retryAttempts: 3,
  retryWait: () => new Promise((done) => setTimeout(done, 50)),
  shouldRetry: () => true,
  onNonLazyError: (error) => say({ gaveUp: error.code ?? String(error) }),
  on: {
    connected: () => say({ connected: true }),
    closed: (event) => say({ closed: event.code, reason: event.reason }),
    pong: (received) => received && say({ pong: true }),
    ping: (received) => received && say({ ping: true }),
  },
});
const stops = new Map();
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  if (order.end) break;
  if (order.complete) {
    stops.get(order.complete)();
    continue;
  }
  const id = order.subscribe;
  const stop = client.subscribe(
    { query: order.query, variables: order.variables },
    {
      next: (value) => say({ id, next: value }),
      error: (error) => say({ id, error: Array.isArray(error) ? error : (error.code ?? String(error)) }),
      complete: () => say({ id, complete: true }),
    },
  );
  stops.set(id, stop);
}
await client.dispose();
