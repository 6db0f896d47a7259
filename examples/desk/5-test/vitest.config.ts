// vitest.config.ts
import { defineConfig } from "vitest/config";

export default defineConfig({ test: { include: ["src/**/*.test.ts"], env: { DATABASE_URL: ":memory:" } } });
