import { transformWithOxc } from "vite";

/**
 * A module of client hooks in JavaScript, with its source map inside, so that the browser's tools show what was written.
 *
 * @param file the path of its source, which says how to read it
 */
export async function compiledHook(file: string, text: string): Promise<string> {
  const { code, map } = await transformWithOxc(text, file, { sourcemap: true, target: "es2023" });
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString("base64")}\n`;
}
