import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CheerioAPI } from "cheerio";
import { parse } from "./parser.js";

/**
 * Writes a document into a temporary file that a browser can show without the server: scripts are removed, and the
 * application's stylesheets are inlined.
 *
 * @param load returns the body of a path of the application, undefined if there is none
 * @returns the path of the file, which is printed as well
 */
export async function saveHtml(document: CheerioAPI, load: (path: string) => Promise<string | undefined>): Promise<string> {
  const $ = parse(document.html());
  $("script").remove();
  // "//" leads to another host.
  for (const node of $("link[rel=stylesheet][href^='/']:not([href^='//'])").get()) {
    const css = await load($(node).attr("href")!);
    // HTML ends a style element at the first end tag, even inside a CSS string.
    if (css !== undefined) $(node).replaceWith($("<style></style>").text(css.replaceAll(/<\/style/gi, "<\\/style")));
  }
  const file = join(await mkdtemp(join(tmpdir(), "holdfast-page-")), "page.html");
  await writeFile(file, $.html());
  console.log(`The page is in ${file}`);
  return file;
}
