import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const root = fileURLToPath(new URL(".", import.meta.url));
const TESTS = ["src/**/*.test.ts", "test/**/*.test.ts", "test/**/*.test.tsx", "examples/**/test/**/*.test.ts", "examples/*/src/**/*.test.ts"];
const NO_TESTS = ["**/node_modules/**", "**/dist/**"];

/**
 * The tests beside the sources serve nothing and start nothing, so they share processes: to start one and to import into it takes longer
 * than most of these files. A module that is mocked would stay so in the next file, so who mocks one runs alone.
 */
const SHARED = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts")).map((file) => `src/${file}`)
  .filter((file) => !/\bvi\.(?:mock|doMock|resetModules)\(/.test(readFileSync(join(root, file), "utf8")));

/**
 * The files that take longest, so that none of them starts last and runs alone. Those of every second line mostly wait, for leases,
 * restarts and watchers: a third worker uses what they leave of two cores.
 */
const LONGEST = [
  "test/soak.test.ts", "test/browser/component-kit.test.ts",
  "test/redis/app.test.ts", "test/redis/fence.test.ts",
  "examples/gallery/test/lifetime.test.ts", "test/browser/gallery.test.ts",
  "test/redis/outage.test.ts", "test/browser/dev.test.ts",
  "examples/gallery/test/attack.test.ts", "test/browser/drafts-killed.test.ts", "test/browser/gallery-errors.test.ts",
  "test/redis/presence.test.ts", "test/redis/long-poll.test.ts",
  "test/browser/blog-nodes.test.ts", "test/browser/gallery-navigation.test.ts", "test/browser/answered-forms.test.ts",
  "test/blog-processes.test.ts", "test/redis/replays.test.ts",
  "test/browser/gallery-pages.test.ts", "test/browser/blog.test.ts", "test/docs/tutorial.test.ts", "test/browser/drafts.test.ts",
];

/** Runs the longest files first and those that share processes last, because they are the shortest. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification): number => {
      const at = LONGEST.findIndex((file) => moduleId.endsWith(`/${file}`));
      if (at !== -1) return at;
      return project.config.isolate ? LONGEST.length : LONGEST.length + 1;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
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
    projects: [
      { extends: true, test: { name: "alone", include: TESTS, exclude: [...NO_TESTS, ...SHARED] } },
      {
        extends: true,
        // What a test replaces is put back after it, even if it fails.
        test: { name: "together", include: SHARED, isolate: false, restoreMocks: true, unstubGlobals: true, unstubEnvs: true },
      },
    ],
  },
});
