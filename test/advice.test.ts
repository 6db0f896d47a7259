import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";

const source = new URL("../src/", import.meta.url);

/** Everything that is written in the sources, but for the table itself. */
async function sources(): Promise<string> {
  const files = (await readdir(source, { recursive: true })).filter((path) => path.endsWith(".ts") && !/advice\.ts$|\.test\.ts$/.test(path));
  return (await Promise.all(files.map((path) => readFile(new URL(path, source), "utf8")))).join("\n");
}

test("each advice belongs to a message and a reason that the sources have: none outlives what it is about", async () => {
  const table = await readFile(new URL("endpoint/advice.ts", source), "utf8");
  const codes = [...table.matchAll(/^ {2}"([^"]+)":/gm)].map(([, code]) => code!);
  expect(codes.length).toBeGreaterThan(25);
  const all = await sources();
  const missing = codes.filter((code) => {
    const [message, reason] = code.split("/") as [string, string?];
    if (!all.includes(`"${message}"`)) return true;
    return reason !== undefined && !/^\d+$/.test(reason) && !all.includes(`"${reason}"`);
  });
  expect(missing).toEqual([]);
});
