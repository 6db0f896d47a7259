import { isDevelopment } from "../errors/index.js";
import type { Log } from "./log.js";

/** What a live page cannot do without. */
interface Needs {
  readonly html: string;
  readonly csrfToken: string;
}

/** Why the page of a live view stays empty, or dead. */
function lackOf({ html, csrfToken }: Needs): "no inner" | "no scripts" | "no csrfToken" | undefined {
  if (!html.includes("data-phx-main")) return "no inner";
  if (!html.includes("<script")) return "no scripts";
  return html.includes(csrfToken) ? undefined : "no csrfToken";
}

/**
 * In development, says once what a root layout leaves out of a live page: the page shows nothing, or nothing happens on it, and no
 * error says why.
 */
export class IncompleteLayouts {
  readonly #log: Log;
  readonly #said = new Set<string>();
  // Asked once: reading the environment takes longer than rendering a small page's template.
  readonly #watches = isDevelopment();

  constructor(log: Log) {
    this.#log = log;
  }

  check(page: Needs): void {
    if (!this.#watches) return;
    const reason = lackOf(page);
    if (reason === undefined || this.#said.has(reason)) return;
    this.#said.add(reason);
    this.#log("root layout incomplete", { reason });
  }
}
