// An event counts only if it was rendered: so a page that changes while its user acts, far away, must not cost him an event. The whole
// browser suite runs so: 150 ms each way between Chromium and the server, and every view renders other bindings ten times a second.
// Whatever the gate then refuses, a quiet run of the same test must have seen refused as well.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { Unrest } from "./browser/support/unrest.js";
import { proof } from "./support/prove.js";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const VIEWS = new URL("browser/support/restless-views.mjs", import.meta.url).href;
/** Every byte takes 150 ms, so an exchange takes 300. */
const RESTLESS = { delayMs: 150, changeMs: 100 };
const QUIET = { delayMs: 0, changeMs: 0 };

/** What the log of a run has: see restless-views.mjs and unrest.ts. */
interface Line {
  readonly test?: string;
  readonly refused?: { readonly view: string; readonly event: string; readonly reason: string };
  readonly handled?: object;
  readonly crossed?: string;
}

interface Run {
  readonly lines: readonly Line[];
  readonly passed: number;
  readonly skipped: number;
  readonly failed: readonly string[];
}

interface JsonReport {
  readonly testResults: readonly { readonly message: string; readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[] }[];
}

/** Runs a file of the browser suite in its own process. */
async function run(file: string, how: Pick<Unrest, "delayMs" | "changeMs">, only?: readonly string[]): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), "restless-"));
  try {
    const unrest: Unrest = { ...how, log: join(folder, "log") };
    const report = join(folder, "report");
    const pattern = only?.map((name) => name.replaceAll(/[^\w ]/g, ".")).join("|");
    const child = spawn(process.execPath, [
      join(ROOT, "node_modules/vitest/vitest.mjs"), "run", `test/browser/${file}`, "--reporter=json", `--outputFile=${report}`,
      ...(pattern === undefined ? [] : ["-t", pattern]),
    ], {
      cwd: ROOT, stdio: "ignore",
      env: { ...process.env, HOLDFAST_PROVE: undefined, HOLDFAST_UNREST: JSON.stringify(unrest), NODE_OPTIONS: `--import=${VIEWS}` },
    });
    await once(child, "exit");
    const { testResults } = JSON.parse(readFileSync(report, "utf8")) as JsonReport;
    const results = testResults.flatMap(({ assertionResults }) => assertionResults);
    return {
      // None if its tests never began.
      lines: existsSync(unrest.log) ? readFileSync(unrest.log, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as Line) : [],
      passed: results.filter(({ status }) => status === "passed").length,
      skipped: results.filter(({ status }) => status !== "passed" && status !== "failed").length,
      failed: [
        ...results.filter(({ status }) => status === "failed").map(({ fullName }) => `${file}: ${fullName}`),
        ...(results.length === 0 ? [`${file}: ${testResults[0]?.message}`] : []),
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The refusals of each test, as text. */
function refusals({ lines }: Run): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  let test = "";
  for (const line of lines) {
    test = line.test ?? test;
    if (line.refused === undefined) continue;
    const { view, event, reason } = line.refused;
    found.set(test, [...(found.get(test) ?? []), `${view} ${event} ${reason}`]);
  }
  return found;
}

/** The refusals that the quiet run did not have, each as often as it has come more often. */
function surplus(restless: readonly string[], quiet: readonly string[]): string[] {
  const left = [...quiet];
  return restless.filter((refusal) => {
    const at = left.indexOf(refusal);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}

/** Runs so many jobs at once. */
async function each<T>(items: readonly T[], atOnce: number, job: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await job(item);
  }));
}

proof("false-refusals", "with 300 ms of latency, on pages that change ten times a second, the gate refuses nothing that a user does", {
  small: { files: ["register.test.ts"], atOnce: 1 },
  full: { files: readdirSync(join(ROOT, "test/browser")).filter((file) => file.endsWith(".test.ts")), atOnce: 6 },
}, async ({ size, figure }) => {
  const failed: string[] = [];
  const wrong: string[] = [];
  const sums = { files: 0, tests: 0, skipped: 0, "events handled": 0, "of them replaced": 0, deliberate: 0 };
  await each(size.files, size.atOnce, async (file) => {
    const restless = await run(file, RESTLESS);
    sums.files++;
    sums.tests += restless.passed + restless.failed.length;
    sums.skipped += restless.skipped;
    sums["events handled"] += restless.lines.filter(({ handled }) => handled !== undefined).length;
    sums["of them replaced"] += restless.lines.filter(({ crossed }) => crossed !== undefined).length;
    failed.push(...restless.failed);
    const refused = refusals(restless);
    const quiet = refused.size === 0 ? undefined : refusals(await run(file, QUIET, [...refused.keys()]));
    for (const [test, of] of refused) {
      const more = surplus(of, quiet?.get(test) ?? []);
      sums.deliberate += of.length - more.length;
      wrong.push(...more.map((refusal) => `${file}: ${test}: ${refusal}`));
    }
  });
  for (const [name, value] of Object.entries(sums)) figure(name, value);
  figure("failed", failed.length);
  figure("false", wrong.length);
  expect({ wrong, failed }).toEqual({ wrong: [], failed: [] });
  expect(sums["of them replaced"]).toBeGreaterThan(0);
});
