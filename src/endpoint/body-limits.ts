import { TrieRouter } from "hono/router/trie-router";
import { HoldfastError } from "../errors/index.js";
import type { Limits } from "../security/index.js";

/** The length limit of request bodies, by path. */
export class BodyLimits {
  readonly #default: number;
  readonly #routes: TrieRouter<number> | undefined;

  /**
   * @param byPath bytes by path patterns, as Hono writes them
   * @throws HoldfastError `endpoint_config_invalid`
   */
  constructor(limits: Limits, byPath: Readonly<Record<string, number>> | undefined) {
    this.#default = limits.bodyBytes;
    if (byPath === undefined) return;
    this.#routes = new TrieRouter();
    for (const [path, bytes] of Object.entries(byPath)) {
      if (!path.startsWith("/") || !(bytes > 0)) {
        throw new HoldfastError("endpoint_config_invalid", {
          what: "A body limit is invalid.", expected: '{ "/import": 20 * 1024 * 1024 }', got: `${JSON.stringify(path)}: ${bytes}`,
        });
      }
      this.#routes.add("ALL", path, bytes);
    }
  }

  /** Bytes. If several patterns match, the largest counts. */
  of(path: string): number {
    if (this.#routes === undefined) return this.#default;
    const [matches] = this.#routes.match("POST", path);
    return matches.length === 0 ? this.#default : Math.max(...matches.map(([bytes]) => bytes));
  }
}
