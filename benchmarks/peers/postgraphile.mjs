// PostGraphile 5 with its Amber preset: the schema is made from the tables.
//
// The tenant of the token comes into the plans by `wrapPlans`. Row level security by `pgSettings`
// would do the same, but costs a transaction with a set_config around each statement.
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { TYPES } from "postgraphile/@dataplan/pg";
import { makePgService } from "postgraphile/adaptors/pg";
import { context } from "postgraphile/grafast";
import { grafserv } from "postgraphile/grafserv/node";
import { sql } from "postgraphile/pg-sql2";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { extendSchema, gql, pgSmartTags, wrapPlans } from "postgraphile/utils";
import { pool, port, tenantOf } from "./common.mjs";

/** Lets clients filter by a column that is not the first of an index. */
const filterable = pgSmartTags([
  { kind: "attribute", match: "licenses.state", tags: { behavior: "+filterBy" } },
]);

const maskedCode = extendSchema({
  typeDefs: gql`
    extend type License {
      maskedCode: String!
    }
  `,
  objects: {
    License: {
      plans: {
        maskedCode($license) {
          return $license.select(sql`'••••••••' || ${$license}.code_tail`, TYPES.text);
        },
      },
    },
  },
});

function ofTenant($licenses) {
  const $tenant = $licenses.placeholder(context().get("tenant"), TYPES.uuid);
  $licenses.where(sql`${$licenses}.holder_id = ${$tenant}`);
}

const tenancy = wrapPlans(
  {
    Query: {
      allLicenses(plan) {
        const $connection = plan();
        ofTenant($connection.getSubplan());
        return $connection;
      },
      license(plan) {
        const $license = plan();
        ofTenant($license.getClassStep());
        return $license;
      },
    },
  },
  { disableResolverEmulationWarnings: true },
);

const preset = {
  extends: [PostGraphileAmberPreset],
  plugins: [filterable, maskedCode, tenancy],
  pgServices: [makePgService({ pool, schemas: ["public"] })],
  grafast: {
    explain: false,
    context: async ({ node }) => ({ tenant: await tenantOf(node.req.headers.authorization) }),
  },
  grafserv: { graphiql: false, watch: false, websockets: false, outputDataAsString: true },
};

const server = createServer();
await postgraphile(preset).createServ(grafserv).addTo(server);
server.listen(port, "127.0.0.1");
