// Compiles programs that use the package with each version of TypeScript that it supports: those in test/typescript/, and the
// one that the project itself is built with.
//   --declarations   only the oldest, which checks the package's own declarations, too; that takes longer
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const folder = join(root, "test/typescript");
const versions = readdirSync(folder).filter((name) => /^\d/.test(name)).sort();
const compilers = [...versions.map((version) => join(folder, version)), root].map((at) => join(at, "node_modules/typescript"));

/** As a bundler resolves: the declarations of the npm client have import paths that Node itself would not find. */
const CHECK_DECLARATIONS = ["--skipLibCheck", "false", "--module", "ESNext", "--moduleResolution", "bundler"];
const declarations = process.argv.includes("--declarations");

let failed = 0;
for (const compiler of declarations ? compilers.slice(0, 1) : compilers) {
  const { version } = JSON.parse(readFileSync(join(compiler, "package.json"), "utf8"));
  const from = performance.now();
  const options = ["-p", folder, ...(declarations ? CHECK_DECLARATIONS : [])];
  const { status } = spawnSync(process.execPath, [join(compiler, "bin/tsc"), ...options], { cwd: root, stdio: "inherit" });
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  console.log(`TypeScript ${version}: ${status === 0 ? "compiles" : "fails"}${declarations ? ", declarations too" : ""} (${seconds} s)`);
  if (status !== 0) failed++;
}
// A check that compiled nothing has checked nothing.
if (failed > 0 || versions.length === 0) process.exitCode = 1;
