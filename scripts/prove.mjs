// `npm run prove`: runs the proofs in full, one after the other, and appends what came of each to prove/results/<id>.jsonl with
// its commit, seed and machine. See prove/README.md.
//
//   npm run prove                                all of them, from a clean tree
//   npm run prove -- keyed-lists soak            those two
//   npm run prove -- keyed-lists --seed 12345    with the seed of an earlier result
//   npm run prove -- --list                      which there are
//   npm run prove -- --table                     the last result of each, as markdown; --results <folder> of another folder
//   --size small                                 as small as `npm test` runs them
//   --results <folder>                           append there; "none" keeps nothing, and allows a tree that is not clean
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cleanCommit } from "../bench/dist/commit.js";
import { machine } from "../bench/dist/options.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const RESULTS = join(root, "prove/results");
const args = process.argv.slice(2);

/** Takes an option and its value out of the arguments. */
function option(name, otherwise) {
  const at = args.indexOf(`--${name}`);
  return at === -1 ? otherwise : args.splice(at, 2)[1];
}

/** The proofs, by the files that register them. */
function proofs() {
  const files = readdirSync(join(root, "test"), { recursive: true }).filter((file) => file.endsWith(".test.ts")).sort();
  return files.flatMap((file) => {
    const text = readFileSync(join(root, "test", file), "utf8");
    // An attack is a proof, too: see test/attack/support/attack.ts.
    return [...text.matchAll(/^ *(proof|attack)(?:<[^(]*>)?\(\s*"([^"]+)"/gm)]
      .map(([, kind, id]) => ({ id: kind === "attack" ? `attack-${id}` : id, file: join("test", file) }));
  });
}

/** The last result of each proof in a folder, as a markdown table. */
function table(folder) {
  const lines = proofs().map(({ id }) => {
    let last;
    try {
      last = JSON.parse(readFileSync(join(folder, `${id}.jsonl`), "utf8").trimEnd().split("\n").at(-1));
    } catch {
      return `| ${id} | never run | | | | |`;
    }
    // Infinity is null in JSON: as many as there are.
    const figures = Object.entries({ ...last.size, ...last.figures })
      .map(([name, value]) => `${name} ${value?.toLocaleString("en") ?? "all"}`);
    const held = last.failed === undefined ? "held" : `**failed**: ${last.failed.split("\n")[0]}`;
    return `| ${id} | ${held} | ${figures.join(", ")} | ${last.seed} | ${Math.round(last.seconds)} s | ${last.commit.slice(0, 10)} |`;
  });
  return ["| proof | | figures | seed | took | commit |", "|---|---|---|---|---|---|", ...lines].join("\n");
}

function main() {
  const size = option("size", "full");
  const seed = Number(option("seed", String(randomInt(1, 2 ** 31))));
  const folder = option("results", RESULTS);
  const results = folder === "none" ? null : folder;
  if (args.includes("--list")) return console.log(proofs().map(({ id, file }) => `${id}  (${file})`).join("\n"));
  if (args.includes("--table")) return console.log(table(results ?? RESULTS));
  const all = proofs();
  const unknown = args.find((name) => !all.some(({ id }) => id === name));
  if (unknown !== undefined || !["small", "full"].includes(size) || !Number.isSafeInteger(seed)) {
    console.error(
      unknown === undefined ? "--size is small or full, --seed a whole number" : `no proof ${unknown}; npm run prove -- --list`,
    );
    process.exitCode = 2;
    return;
  }
  const wanted = args.length === 0 ? all : all.filter(({ id }) => args.includes(id));
  const commit = results === RESULTS ? cleanCommit(root) : "(any tree)";
  const orders = { size, seed, results, stamp: { commit, machine: machine() } };
  console.log(`seed ${seed}: ${wanted.map(({ id }) => id).join(" ")}`);
  const pattern = `\\[proof (${wanted.map(({ id }) => id).join("|")})\\]`;
  const { status } = spawnSync(
    process.execPath,
    [
      join(root, "node_modules/vitest/vitest.mjs"),
      "run",
      "--no-file-parallelism",
      "-t",
      pattern,
      ...new Set(wanted.map(({ file }) => file)),
    ],
    { cwd: root, stdio: "inherit", env: { ...process.env, HOLDFAST_PROVE: JSON.stringify(orders) } },
  );
  process.exitCode = status ?? 1;
}

main();
