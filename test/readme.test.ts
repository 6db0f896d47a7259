import { readFile } from "node:fs/promises";
import { expect, test, vi } from "vitest";

test("the README's first program is examples/counter/main.ts, and it runs", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const program = await readFile(new URL("../examples/counter/main.ts", import.meta.url), "utf8");
  expect(/```ts\n([\s\S]*?)```/.exec(readme)![1]).toBe(program);
  // what sells it, before anybody scrolls
  expect(readme.slice(0, readme.indexOf("npx tsx")).split("\n").length).toBeLessThanOrEqual(30);

  vi.stubEnv("PORT", "0");
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  await import("../examples/counter/main.js");
  const url = log.mock.calls[0]![0] as string;
  log.mockRestore();
  const response = await fetch(url);
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('<button phx-click="increment">Clicked 0 times, by everybody</button>');
});
