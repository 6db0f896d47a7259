// docs/beside-liveview.md says what there is beside LiveView's functions; what it names must be there.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../", import.meta.url);
const page = readFileSync(new URL("docs/beside-liveview.md", root), "utf8");
const rows = page.split("\n").filter((line) => line.startsWith("| `") || line.startsWith("| use ")).map((line) => {
  const [theirs, ours, status, note] = line.slice(1, -1).split("|").map((cell) => cell.trim());
  return { theirs: theirs!, ours: ours!, status: status!, note: note ?? "" };
});
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

test("every counterpart is in the package's declarations", () => {
  for (const { ours } of rows.filter((row) => row.ours !== "–")) {
    for (const name of ours.replaceAll("`", "").split(".")) {
      if (name === "socket") continue;
      expect(new RegExp(`\\b${name}\\b`).test(declarations), ours).toBe(true);
    }
  }
});
