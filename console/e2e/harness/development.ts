import { createServer } from "vite";

/** Serves the sources with reload in place of the build, with the API of a running service. */
export async function startDevelopmentServer(service: string): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const server = await createServer({
    mode: "console",
    server: { host: "localhost", port: 0, proxy: { "/graphql": service, "/readyz": service } },
    logLevel: "error",
  });
  await server.listen();
  const [url] = server.resolvedUrls?.local ?? [];
  if (!url) throw new Error("the development server has no address");
  return { url: url.replace(/\/$/, ""), stop: () => server.close() };
}
