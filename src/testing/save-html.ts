import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CheerioAPI } from "cheerio";
import { parse } from "./parser.js";

/**
 * Writes a document into a file of its own that a browser shows without the server: without scripts, and with the
 * stylesheets of the application written into it.
 *
 * @param load the body of a path of the application; undefined if there is none
 * @returns the file's path, which is printed too
 */
export async function saveHtml(document: CheerioAPI, load: (path: string) => Promise<string | undefined>): Promise<string> {
  const $ = parse(document.html());
  $("script").remove();
  for (const node of $("link[rel=stylesheet][href^='/']").get()) {
    const css = await load($(node).attr("href")!);
    // A style element ends at the first thing that looks like its end.
    if (css !== undefined) $(node).replaceWith($("<style></style>").text(css.replaceAll(/<\/style/gi, "<\\/style")));
  }
  const file = join(await mkdtemp(join(tmpdir(), "holdfast-page-")), "page.html");
  await writeFile(file, $.html());
  console.log(`The page is in ${file}`);
  return file;
}
