// What the peers share: the pool, the look-up of a token, ids, and the schema of Mercurius and Apollo.
import { createHash } from "node:crypto";
import pg from "pg";

export const port = Number(process.env.BENCH_PORT);
export const databaseUrl = process.env.BENCH_URL;
export const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });

const WHO = `
SELECT u.tenant_id FROM sessions s
JOIN users u ON u.id = s.user_id JOIN tenants t ON t.id = u.tenant_id
WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > $2
  AND u.blocked_at IS NULL AND t.blocked_at IS NULL`;

/** Return the tenant that an `Authorization` header speaks for; asked of the database each time. */
export async function tenantOf(authorization) {
  const token = /^Bearer (.+)$/.exec(authorization ?? "")?.[1];
  if (!token) throw new Error("unauthenticated");
  const hash = createHash("sha256").update(token).digest();
  const found = await pool.query({ name: "who", text: WHO, values: [hash, new Date()] });
  if (!found.rowCount) throw new Error("unauthenticated");
  return found.rows[0].tenant_id;
}

const idOf = (kind, key) => `${kind}_${key.replaceAll("-", "")}`;
const keyOf = (kind, id) => {
  const found = new RegExp(`^${kind}_([0-9a-f]{32})$`).exec(id);
  return found && found[1];
};

const PAGE = `
SELECT id, code_tail, state, created_at, product_id FROM licenses
WHERE holder_id = $1 AND ($2::text IS NULL OR state = $2) AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4`;
const ONE = `
SELECT id, code_tail, state, created_at, product_id FROM licenses
WHERE id = $1 AND holder_id = $2`;
const PRODUCTS = "SELECT id, name FROM products WHERE id = ANY($1::uuid[])";

export const typeDefs = `
  type Query {
    licenses(first: Int!, after: String, filter: LicenseFilter): LicenseConnection!
    license(id: ID!): License
  }
  input LicenseFilter { state: LicenseState }
  enum LicenseState { SEALED REVEALED }
  type LicenseConnection { edges: [LicenseEdge!]! pageInfo: PageInfo! }
  type LicenseEdge { node: License! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type License {
    id: ID!
    maskedCode: String!
    state: LicenseState!
    issuedAt: String!
    product: Product!
  }
  type Product { id: ID! name: String! }
`;

/** Resolvers of the schema above; how products are batched is each server's own. */
export const resolvers = {
  Query: {
    async licenses(_, { first, after, filter }, { tenant }) {
      const before = after ? Buffer.from(after, "base64url").toString() : null;
      const values = [tenant, filter?.state ?? null, before, first + 1];
      const { rows } = await pool.query({ name: "page", text: PAGE, values });
      const hasNextPage = rows.length > first;
      if (hasNextPage) rows.pop();
      const last = rows.at(-1);
      return {
        edges: rows.map((node) => ({ node })),
        pageInfo: {
          hasNextPage,
          endCursor: last ? Buffer.from(last.id).toString("base64url") : null,
        },
      };
    },
    async license(_, { id }, { tenant }) {
      const key = keyOf("license", id);
      if (!key) return null;
      const { rows } = await pool.query({ name: "one", text: ONE, values: [key, tenant] });
      return rows[0] ?? null;
    },
  },
  License: {
    id: (license) => idOf("license", license.id),
    maskedCode: (license) => `••••••••${license.code_tail}`,
    issuedAt: (license) => license.created_at.toISOString(),
  },
  Product: { id: (product) => idOf("product", product.id) },
};

/** Return the products of these keys, in their order. */
export async function productsByKey(keys) {
  const unique = [...new Set(keys)];
  const { rows } = await pool.query({ name: "products", text: PRODUCTS, values: [unique] });
  const found = new Map(rows.map((row) => [row.id, row]));
  return keys.map((key) => found.get(key));
}
