// The table of docs/attacks.md: its rows come from test/attack/threats.json and the test files, its results from a full run.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

/** The declared threats by their id, each with the file that tries it. */
export function threats() {
  const declared = JSON.parse(readFileSync(`${root}test/attack/threats.json`, "utf8"));
  const files = new Map();
  for (const file of readdirSync(`${root}test/attack`).filter((name) => name.endsWith(".test.ts"))) {
    const text = readFileSync(`${root}test/attack/${file}`, "utf8");
    for (const [, id] of text.matchAll(/^attack\("([^"]+)"/gm)) files.set(id, `test/attack/${file}`);
  }
  return Object.entries(declared).map(([id, { elsewhere, ...threat }]) => ({
    id,
    ...threat,
    file: elsewhere ?? files.get(id),
    counted: elsewhere === undefined,
  }));
}

/**
 * The page.
 *
 * @param results by id, as a run left them: `{ tried, controls }`
 */
export function page(results) {
  const all = threats();
  const areas = [...new Set(all.map(({ area }) => area))];
  const row = ({ id, threat, defence, file, counted }) =>
    `| ${threat} | ${defence} | [\`${id}\`](../${file}) | ${counted ? result(results.get(id)) : "held by its own test"} |`;
  const tables = areas.map((area) => [
    `## ${area}`, "", "| threat | what Holdfast does | test | result |", "|---|---|---|---|",
    ...all.filter((one) => one.area === area).map(row),
  ].join("\n"));
  return `${HEAD}\n${tables.join("\n\n")}\n`;
}

/** The results that a page states. */
export function resultsIn(text) {
  return new Map([...text.matchAll(/^\|.*\[`([^`]+)`\].*\| ([\d,]+) tried, 0 got through; ([\d,]+) controls \|$/gm)]
    .map(([, id, tried, controls]) => [id, { tried: count(tried), controls: count(controls) }]));
}

const count = (text) => Number(text.replaceAll(",", ""));
const result = (of) => (of === undefined ? "never run" : `${number(of.tried)} tried, 0 got through; ${number(of.controls)} controls`);
const number = (value) => value.toLocaleString("en");

const HEAD = `# Attacks

Written by \`npm run attack -- --write\`; do not edit. Each attack drives an application over HTTP and raw sockets. A refusal counts
only if no handler, policy, message or render ran for it, and beside it stands a control: nearly the same thing, which succeeds.
\`npm test\` runs all of them in small rounds, \`npm run attack\` in full with a seed of its own.

Your own application: \`attack()\` and \`accessMatrix()\` of \`holdfast/testing\`, see [security](security.md).
`;
