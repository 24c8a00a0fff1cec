// Apollo Server on Fastify, with a dataloader of products for each request.
import { ApolloServer } from "@apollo/server";
import fastifyApollo, { fastifyApolloDrainPlugin } from "@as-integrations/fastify";
import DataLoader from "dataloader";
import Fastify from "fastify";
import { port, productsByKey, resolvers, tenantOf, typeDefs } from "./common.mjs";

const app = Fastify({ logger: false });
const apollo = new ApolloServer({
  typeDefs,
  resolvers: {
    ...resolvers,
    License: {
      ...resolvers.License,
      product: (license, _, { products }) => products.load(license.product_id),
    },
  },
  plugins: [fastifyApolloDrainPlugin(app)],
});
await apollo.start();
await app.register(fastifyApollo(apollo), {
  context: async (request) => ({
    tenant: await tenantOf(request.headers.authorization),
    products: new DataLoader(productsByKey),
  }),
});
await app.listen({ port, host: "127.0.0.1" });
