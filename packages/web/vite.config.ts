import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { precompressed } from "./precompressed.ts";
import { thirdPartyLicences } from "./third-party-licences.ts";
import { uplotInEnglish } from "./uplot-in-english.ts";
import { withoutDescriptions } from "./without-descriptions.ts";

/** Where `npm run dev` finds the API. */
const API = process.env.LLM_SIM_API ?? "http://127.0.0.1:8000";
const API_PATHS = ["/health", "/simulations", "/compare", "/schema"];

export default defineConfig({
  plugins: [withoutDescriptions(), uplotInEnglish(), react(), thirdPartyLicences(), precompressed()],
  resolve: {
    alias: { "@radix-ui/react-dialog": fileURLToPath(new URL("./without-dialogs.ts", import.meta.url)) },
  },
  build: {
    outDir: "dist",
    target: "es2022",
    // The graph's layout, alone past this, is loaded as a worker when a graph is first opened.
    chunkSizeWarningLimit: 600,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      ...Object.fromEntries(API_PATHS.map((path) => [path, API])),
      // The UI has pages at these addresses, too.
      "/batches": {
        target: API,
        bypass: ({ headers, url }) => (headers.accept?.includes("text/html") ? url : undefined),
      },
    },
  },
});
