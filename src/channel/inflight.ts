/** A socket that may have to stop reading. */
export interface InflightReader {
  /** Called when there is room again. */
  admit(): void;
}

/**
 * The bytes of all sockets' frames that have arrived and are queued. Beyond the limit, a socket with a queued frame is not
 * read any further until its own frames are processed, or until half the limit is free again. A socket with nothing queued
 * costs nothing and is still read, so no client can stop the others.
 */
export class Inflight {
  readonly #limit: number;
  readonly #stopped = new Set<InflightReader>();
  #bytes = 0;

  /** @param limit bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Adds this many queued bytes; negative when they are processed. */
  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#limit / 2 || this.#stopped.size === 0) return;
    const stopped = [...this.#stopped];
    this.#stopped.clear();
    for (const reader of stopped) reader.admit();
  }

  /** Whether a socket with a queued frame must stop reading. If so, it is called back. */
  stops(reader: InflightReader): boolean {
    if (this.#bytes <= this.#limit) return false;
    this.#stopped.add(reader);
    return true;
  }

  /** The socket has nothing queued any more, or has closed. */
  forget(reader: InflightReader): void {
    this.#stopped.delete(reader);
  }
}
