// Mercurius on Fastify: graphql-jit from the first request on, its own loaders for products.
import Fastify from "fastify";
import mercurius from "mercurius";
import { port, productsByKey, resolvers, tenantOf, typeDefs } from "./common.mjs";

const app = Fastify({ logger: false });
app.register(mercurius, {
  schema: typeDefs,
  resolvers,
  loaders: {
    License: {
      product: (asked) => productsByKey(asked.map(({ obj }) => obj.product_id)),
    },
  },
  jit: 1,
  graphiql: false,
  context: async (request) => ({ tenant: await tenantOf(request.headers.authorization) }),
});
await app.listen({ port, host: "127.0.0.1" });
