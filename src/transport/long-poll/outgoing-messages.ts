/** Messages that wait for a poll. */
export class OutgoingMessages {
  readonly #answerBytes: number;
  #messages: string[] = [];
  #bytes = 0;

  /** @param answerBytes how many bytes of messages one answer holds */
  constructor(answerBytes: number) {
    this.#answerBytes = answerBytes;
  }

  get count(): number {
    return this.#messages.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Returns how many wait now. */
  add(message: string): number {
    this.#bytes += Buffer.byteLength(message);
    return this.#messages.push(message);
  }

  /** As many messages as fit into one answer, and at least one. */
  take(): string[] {
    let count = 0;
    let bytes = 0;
    for (const message of this.#messages) {
      const more = Buffer.byteLength(message);
      if (count > 0 && bytes + more > this.#answerBytes) break;
      bytes += more;
      count++;
    }
    this.#bytes -= bytes;
    return this.#messages.splice(0, count);
  }

  clear(): void {
    this.#messages = [];
    this.#bytes = 0;
  }
}
