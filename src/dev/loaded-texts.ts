import { readFile } from "node:fs/promises";
import type { Plugin } from "vite";

/**
 * Remembers what each source of the application held when it was loaded.
 *
 * Vite's watcher reports nothing until it has walked the folder, and the application may run before that. What was saved in
 * between is found by comparing.
 *
 * @param texts receives the text of each file, by its path; what it has already is kept
 */
export function loadedTexts(texts: Map<string, string>): Pick<Plugin, "load"> {
  return {
    load: {
      order: "pre",
      // Read before Vite does: of a save between the two, the older text is remembered, and the difference is found.
      async handler(id) {
        const file = id.replace(/\?.*$/, "");
        if (this.environment.name !== "ssr" || texts.has(file)) return;
        const text = await readFile(file, "utf8").catch(() => undefined);
        if (text !== undefined && !texts.has(file)) texts.set(file, text);
      },
    },
  };
}
