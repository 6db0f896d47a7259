/** How many bytes are handed to the connection at a time; the next are, once the client has read most of them. */
const PIECE_BYTES = 65_536;

/**
 * Bodies of answers to polls. Each socket has at most one that is still being read: otherwise a client that polls on ever new connections,
 * and reads nothing, would have the server keep all that its socket has to say.
 *
 * @example
 * answers.end(socketId); // before the next poll
 * new Response(answers.body(socketId, JSON.stringify(answer)));
 */
export class UnreadAnswers {
  readonly #ends = new Map<string, () => void>();

  /** How many sockets have one. */
  get size(): number {
    return this.#ends.size;
  }

  /** Ends the answer that the socket's client is still reading: whoever polls again does not read it any more. */
  end(socket: string): void {
    this.#ends.get(socket)?.();
  }

  /** The body with this text: in pieces, if it is longer than one. */
  body(socket: string, text: string): string | ReadableStream<Uint8Array> {
    if (text.length <= PIECE_BYTES / 4) return text;
    let rest: Uint8Array | undefined = new TextEncoder().encode(text);
    const done = (): void => {
      rest = undefined;
      if (this.#ends.get(socket) === end) this.#ends.delete(socket);
    };
    let end = done;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.end(socket);
        end = () => {
          done();
          controller.close();
        };
        this.#ends.set(socket, end);
      },
      pull: (controller) => {
        // A copy: a piece that waits in a connection would keep the whole.
        const piece = rest!.slice(0, PIECE_BYTES);
        rest = rest!.subarray(PIECE_BYTES);
        controller.enqueue(piece);
        if (rest.length === 0) end();
      },
      cancel: done,
    }, { highWaterMark: 0 });
  }
}
