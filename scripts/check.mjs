// `npm run check`: everything that is checked before the tests, as many checks at a time as there are cores. A check's output is printed
// when it ends; all of them end, whichever fails.
//   --declarations   also checks the package's own declarations with the oldest TypeScript
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";

/** Alone and first, because packing makes `dist` anew. */
const FIRST = ["check:package"];
/** The longest first. */
const REST = ["check:typescript", "lint", "typecheck", "check:rooms", "check:templates"];

/** Runs an npm script, and resolves to whether it succeeded. */
function check([script, ...args]) {
  const from = performance.now();
  const child = spawn("npm", ["run", "--silent", script, "--", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => output.push(chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      const seconds = ((performance.now() - from) / 1000).toFixed(1);
      process.stdout.write(Buffer.concat(output));
      console.log(`${[script, ...args].join(" ")}: ${status === 0 ? "succeeds" : "fails"} (${seconds} s)\n`);
      resolve(status === 0);
    });
  });
}

/** Runs npm scripts, so many at a time, and resolves to whether all succeeded. */
async function checkAll(scripts, atATime) {
  const left = [...scripts];
  let succeeded = true;
  const lane = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) succeeded = (await check(next)) && succeeded;
  };
  await Promise.all(Array.from({ length: atATime }, lane));
  return succeeded;
}

const declarations = process.argv.includes("--declarations") ? [["check:typescript", "--declarations"]] : [];
const results = [
  await checkAll(FIRST.map((script) => [script]), 1),
  await checkAll([...declarations, ...REST.map((script) => [script])], availableParallelism()),
];
if (results.includes(false)) process.exitCode = 1;
