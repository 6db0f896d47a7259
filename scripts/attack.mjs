// `npm run attack`: runs the attack suite in full and reports how much was tried. It fails if anything got through.
//
//   npm run attack                      with a new seed
//   npm run attack -- --seed 12345      as it ran before
//   npm run attack -- --size small      as small as `npm test` runs it
//   npm run attack -- --write           writes the results into docs/attacks.md, if everything held
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { page } from "./attacks-table.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));
const args = process.argv.slice(2);
const option = (name, otherwise) => (args.includes(`--${name}`) ? args[args.indexOf(`--${name}`) + 1] : otherwise);

const seed = Number(option("seed", String(randomInt(1, 2 ** 31))));
const size = option("size", "full");
if (!Number.isSafeInteger(seed) || !["small", "full"].includes(size)) {
  console.error("--size is small or full, --seed a whole number");
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), "attack-"));
try {
  console.log(`seed ${seed}`);
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const { status } = spawnSync(process.execPath, [vitest, "run", "--no-file-parallelism", "-t", "\\[proof attack-", "test/attack/"], {
    cwd: root, stdio: "inherit", env: { ...process.env, HOLDFAST_PROVE: JSON.stringify({ size, seed, results: folder, stamp: {} }) },
  });
  const results = new Map(readdirSync(folder).filter((file) => file.startsWith("attack-")).map((file) =>
    [file.slice("attack-".length, -".jsonl".length), JSON.parse(readFileSync(join(folder, file), "utf8"))]));
  let tried = 0;
  for (const [id, { figures, failed }] of results) {
    tried += figures.tried ?? 0;
    console.log(
      `${failed === undefined ? "held  " : "FAILED"} ${id}: ${Object.entries(figures)
        .map(([name, value]) => `${value.toLocaleString("en")} ${name}`)
        .join(", ")}`,
    );
  }
  console.log(`${tried.toLocaleString("en")} attacks, seed ${seed}`);
  if (status === 0 && args.includes("--write")) {
    writeFileSync(join(root, "docs/attacks.md"), page(new Map([...results].map(([id, { figures }]) => [id, figures]))));
  }
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
