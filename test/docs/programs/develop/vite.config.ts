// vite.config.ts
import { defineConfig } from "vite";
import { holdfast } from "holdfast/vite";

export default defineConfig({
  plugins: [holdfast({ endpoint: "src/endpoint.ts" })],
  build: { rolldownOptions: { input: "src/client.ts" } },
});
