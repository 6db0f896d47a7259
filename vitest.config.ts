import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "test/**/*.test.tsx", "examples/**/test/**/*.test.ts", "examples/*/src/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    pool: "forks",
    maxWorkers: 2,
    retry: 0,
    // Its SDK is a test's only; on Node 20, which we still claim, it would warn in each test file that loads it.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    // Whoever hangs is ended; a slow machine is only slow.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000, interval: 20 } },
    reporters: ["default", "./scripts/ci-reporter.mjs"],
    // What the build wrote is loaded by Node itself, as a user's program loads it.
    // The client's sources are written for a bundler: one test reads them.
    server: { deps: { external: [/\/dist\/.*\.js$/], inline: [/phoenix_live_view\/assets\//] } },
  },
});
