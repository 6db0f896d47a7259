// docs/beside-liveview.md says what there is beside LiveView's functions; what it names must be there.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../", import.meta.url);
const page = readFileSync(new URL("docs/beside-liveview.md", root), "utf8");
const rows = page.split("\n").filter((line) => line.startsWith("| `") || line.startsWith("| use ")).map((line) => {
  const [theirs, ours, status, note] = line.slice(1, -1).split("|").map((cell) => cell.trim());
  return { theirs: theirs!, ours: ours!, status: status!, note: note ?? "" };
});
const namesOf = (ours: string): string[] => ours.replaceAll("`", "").split(", ");
const folder = new URL("dist/", root);
const declarations = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".d.ts"))
  .map((file) => readFileSync(new URL(file, folder), "utf8"))
  .join("\n");

test("every row says whether there is a counterpart, and which or why not", () => {
  expect(rows.length).toBeGreaterThan(150);
  for (const { theirs, ours, status, note } of rows) {
    expect(["yes", "partly", "not yet", "no need"], theirs).toContain(status);
    if (status === "yes") expect(ours, theirs).not.toBe("–");
    if (status === "partly" || status === "no need") expect(note, theirs).not.toBe("");
    if (status === "not yet" || status === "no need") expect(ours, theirs).toBe("–");
  }
});

/** Everything that tests do, in this repository and in its examples. */
const tests = ["test/", "src/", "examples/"].flatMap((name) => {
  const within = new URL(name, root);
  return readdirSync(within, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(?:ts|mjs)$/.test(file) && !file.includes("node_modules/") && !file.includes("dist/") && (name !== "src/" || file.endsWith(".test.ts")))
    .map((file) => readFileSync(new URL(file, within), "utf8"));
}).join("\n");

test("every counterpart that is a value or a method is used by a test or an example", () => {
  for (const { theirs, ours } of rows.filter((row) => row.ours !== "–")) {
    for (const name of namesOf(ours).map((each) => each.split(".").at(-1)!)) {
      // A type alone is used through what takes it.
      if (/^[a-z]/.test(name)) expect(new RegExp(`\\b${name}\\b`).test(tests), `${theirs}: ${name}`).toBe(true);
    }
  }
});

test("every counterpart is in the package's declarations", () => {
  for (const { ours } of rows.filter((row) => row.ours !== "–")) {
    for (const name of namesOf(ours).flatMap((each) => each.split("."))) {
      if (name === "socket") continue;
      expect(new RegExp(`\\b${name}\\b`).test(declarations), ours).toBe(true);
    }
  }
});
