import { fingerprint } from "../../security/index.js";

const REMEMBERED = 64;

/**
 * The last bodies of a client's POSTs. One may arrive twice, and must not be processed again. The client numbers its messages, so no
 * two bodies are equal; checking refs alone would admit a join with the events behind it a second time.
 */
export class SeenBodies {
  /** Fingerprints, oldest first. */
  readonly #prints = new Set<string>();

  /** Remembers a body. Returns false if it has been seen before. */
  add(body: string): boolean {
    const print = fingerprint(Buffer.from(body));
    if (this.#prints.has(print)) return false;
    this.#prints.add(print);
    if (this.#prints.size > REMEMBERED) this.#prints.delete(this.#prints.values().next().value!);
    return true;
  }
}
