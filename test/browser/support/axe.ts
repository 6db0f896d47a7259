import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

interface Finding {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

const source = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * What axe-core finds wrong with a page, as text; empty if it is accessible. The debugger injects axe-core, because the page's
 * policy admits no script of a test, and must stay as it is.
 *
 * @param within looks at this element alone. Default: the page
 */
export async function axeViolations(page: Page, within?: string): Promise<string[]> {
  const debug = await page.context().newCDPSession(page);
  const { result: present } = await debug.send("Runtime.evaluate", { expression: `"axe" in globalThis`, returnByValue: true });
  if (present.value !== true) await debug.send("Runtime.evaluate", { expression: await source });
  const { result } = await debug.send("Runtime.evaluate", {
    expression: `axe.run(${within === undefined ? "document" : JSON.stringify(within)}, { resultTypes: ["violations"] }).then(({ violations }) => JSON.stringify(violations))`,
    awaitPromise: true, returnByValue: true,
  });
  await debug.detach();
  return (JSON.parse(String(result.value)) as Finding[]).flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ""}`));
}
