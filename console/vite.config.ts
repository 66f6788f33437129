import { defineConfig } from "vite";

export default defineConfig({
  base: "/playground/",
  worker: { format: "es" },
  build: {
    outDir: "dist/playground",
    target: "es2023",
    sourcemap: false,
    // Everything stays a file of its own: inlined scripts or fonts would need a weaker content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    license: { fileName: "licenses.md" },
    chunkSizeWarningLimit: 4096,
    // Libraries mark modules "use client" for server rendering, which means nothing here.
    rolldownOptions: {
      checks: { moduleLevelDirective: false },
      // What the editor and the page share stands apart from the page, so that a change of ours leaves the editor's
      // files, and with them most of the committed bytes, as they are.
      output: { codeSplitting: { groups: [{ name: "vendor", test: /node_modules\/(?!monaco-|prettier)|vite\/preload/ }] } },
    },
  },
  // `npx vite` serves the sources and leaves the API to a running service.
  server: { proxy: { "/graphql": "http://localhost:8080" } },
});
