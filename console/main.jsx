import { GraphiQL } from "graphiql";
import { getOperationAST } from "graphql";
import { createClient } from "graphql-ws";
import { createRoot } from "react-dom/client";
import "graphiql/style.css";
import "./main.css";

const workers = { graphql: "graphql.worker.js", json: "json.worker.js" };

globalThis.MonacoEnvironment = {
  getWorker: (_id, label) => new Worker(`/graphiql/${workers[label] ?? "editor.worker.js"}`),
};

const welcome = `# The docs on the left show only what your role may ask.
# To use a token, write under Headers:
#   { "Authorization": "Bearer …" }

query Hello {
  __typename
}
`;

function ask(request, { headers, documentAST } = {}) {
  const operation = documentAST && getOperationAST(documentAST, request.operationName);
  return operation?.operation === "subscription"
    ? follow(request, new Headers(headers))
    : send(request, new Headers(headers));
}

// A socket for each subscription, with the token that is under Headers now, else the cookie.
async function* follow(request, headers) {
  const authorization = headers.get("authorization");
  const client = createClient({
    url: `${location.origin.replace(/^http/, "ws")}/graphql`,
    connectionParams: authorization ? { authorization } : undefined,
  });
  try {
    yield* client.iterate(request);
  } finally {
    await client.dispose();
  }
}

async function send(request, sent) {
  sent.set("content-type", "application/json");
  sent.set("accept", "application/graphql-response+json, application/json");
  sent.set("GraphQL-Require-Preflight", "1");
  const response = await fetch("/graphql", {
    method: "POST",
    credentials: "same-origin",
    headers: sent,
    body: JSON.stringify(request),
  });
  return response.json();
}

createRoot(document.getElementById("console")).render(
  <GraphiQL
    fetcher={ask}
    defaultQuery={welcome}
    defaultEditorToolsVisibility="headers"
    showPersistHeadersSettings={false}
    // The history would write pasted tokens, and passwords in variables, to the browser's storage.
    storage={null}
  />,
);
