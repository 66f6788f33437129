import { defineConfig } from "vite";

/** The two pages. Each is built by itself (`vite build --mode NAME`), so that the service can leave one of them out. */
const PAGES = {
  console: { base: "/", vendor: /node_modules\/(react|react-dom|scheduler|@tanstack\/(?!react-virtual|virtual))/ },
  playground: { base: "/playground/", vendor: /node_modules\/(?!monaco-|prettier)|vite\/preload/ },
};

export default defineConfig(({ mode }) => {
  const name = mode === "playground" ? "playground" : "console";
  const { base, vendor } = PAGES[name];
  return {
    root: `src/${name}`,
    base,
    mode: "production",
    worker: { format: "es" },
    build: {
      outDir: `../../dist/${name}`,
      emptyOutDir: true,
      target: "es2023",
      sourcemap: false,
      // Everything stays a file of its own: inlined scripts or fonts would need a weaker content security policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      // For build/budget.mjs, which removes it.
      manifest: name === "console",
      license: { fileName: "licenses.md" },
      chunkSizeWarningLimit: 4096,
      // Libraries mark modules "use client" for server rendering, which means nothing here.
      rolldownOptions: {
        checks: { moduleLevelDirective: false },
        // Libraries stand apart from our own code, so that a change of ours leaves most of the committed bytes as they are.
        output: { codeSplitting: { groups: [{ name: "vendor", test: vendor }] } },
      },
    },
    // `npm run dev` serves the sources and leaves the API to a running service.
    server: { proxy: { "/graphql": process.env["KEYWARD_URL"] ?? "http://localhost:8080" } },
  };
});
