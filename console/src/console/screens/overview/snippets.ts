/** Code that connects a frontend to the service, by the tool it uses. */
export const SNIPPETS = {
  fetch: (origin: string) => `const response = await fetch("${origin}/graphql", {
  method: "POST",
  headers: { "content-type": "application/json", authorization: \`Bearer \${accessToken}\` },
  body: JSON.stringify({ query: "{ viewer { user { username } permissions } }" }),
});
const { data, errors } = await response.json();`,
  urql: (origin: string) => `import { cacheExchange, Client, fetchExchange } from "urql";

export const client = new Client({
  url: "${origin}/graphql",
  exchanges: [cacheExchange, fetchExchange],
  fetchOptions: () => ({ headers: { authorization: \`Bearer \${accessToken}\` } }),
});`,
  Apollo: (origin: string) => `import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";

const authorized = new ApolloLink((operation, forward) => {
  operation.setContext({ headers: { authorization: \`Bearer \${accessToken}\` } });
  return forward(operation);
});
export const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: authorized.concat(new HttpLink({ uri: "${origin}/graphql" })),
});`,
  "Vite proxy": (origin: string) => `// vite.config.ts: the page and the API have one origin, so that cookies work without CORS.
export default defineConfig({
  server: { proxy: { "/graphql": "${origin}" } },
});`,
} as const;

export type Tool = keyof typeof SNIPPETS;

export const TOOLS = Object.keys(SNIPPETS) as readonly Tool[];
