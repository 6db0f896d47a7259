import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { page, resultsIn, threats } from "../../scripts/attacks-table.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const written = readFileSync(`${root}docs/attacks.md`, "utf8");

test("docs/attacks.md says what the suite declares: npm run attack -- --write", () => {
  expect(page(resultsIn(written))).toBe(written);
});

test("every threat that is declared is tried, by a file that is there", () => {
  for (const { id, file } of threats()) expect({ id, there: file !== undefined && existsSync(root + file) }).toEqual({ id, there: true });
});

test("every attack of the suite has a result, and nothing got through", () => {
  const counted = threats().filter((threat) => threat.counted).map(({ id }) => id);
  expect([...resultsIn(written).keys()].sort()).toEqual([...counted].sort());
});
