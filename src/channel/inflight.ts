/** A socket that may have to stop reading. */
export interface InflightReader {
  /** There is room again. */
  admit(): void;
}

/**
 * Bytes of all sockets' frames that have arrived and wait. Beyond the limit, a socket with a waiting frame is read no further
 * until its own frames are done, or until half the limit is free again. A socket with nothing waiting costs nothing, so it is
 * read on: no client can stop the others.
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

  /** So many more bytes wait; negative when they no longer do. */
  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#limit / 2 || this.#stopped.size === 0) return;
    const stopped = [...this.#stopped];
    this.#stopped.clear();
    for (const reader of stopped) reader.admit();
  }

  /** Whether a socket with a waiting frame must stop. If so, it is called back. */
  stops(reader: InflightReader): boolean {
    if (this.#bytes <= this.#limit) return false;
    this.#stopped.add(reader);
    return true;
  }

  /** The socket has nothing waiting any more, or has closed. */
  forget(reader: InflightReader): void {
    this.#stopped.delete(reader);
  }
}
