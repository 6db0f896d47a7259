import type { MaybePromise, ViewHandle } from "../../socket/index.js";
import type { UploadEntry, UploadError } from "./entry.js";
import { keepsItsPromise } from "./formats.js";
import type { UploadRules } from "./options.js";
import type { UploadWriter } from "./writer.js";

/** Why a chunk was refused, in the words that the client knows. */
interface ChunkRefusal {
  /**
   * On `writer_error` the client keeps the entry and its error on the page; on any other reason it abandons all unfinished
   * files of the input.
   */
  readonly reason: "file_size_limit_exceeded" | "writer_error" | "chunk_size" | "closed";
  /** The announced size, bytes. */
  readonly limit?: number;
}

/** The channel that carries a file. */
interface TransferChannel {
  leave(event: "phx_close" | "phx_error"): void;
}

/**
 * One file being uploaded: its bytes are counted, checked and written in order. It ends once: with the last byte, with a
 * refusal, when its user cancels it, or with its view. An unfinished file is then deleted, a finished one once it is
 * consumed.
 */
export class Transfer {
  readonly #view: ViewHandle;
  readonly #entry: UploadEntry;
  readonly #rules: UploadRules;
  readonly #failed: (error: UploadError) => void;
  #writer: UploadWriter<unknown> | undefined;
  #channel: TransferChannel | undefined;
  #state: "waiting" | "open" | "done" | "ended" = "waiting";
  #received = 0;
  #meta: unknown;
  /** `close` was called. */
  #closed = false;
  /** `close` has returned, so `release` frees the file. */
  #finished = false;
  /** Settles when the pending work is done, so that the writer never runs two calls at once. */
  #work: Promise<unknown> = Promise.resolve();
  #deadline: NodeJS.Timeout | undefined;
  readonly #over: Promise<void>;
  #end!: () => void;

  /** @param failed called at most once with what went wrong */
  constructor(view: ViewHandle, entry: UploadEntry, rules: UploadRules, failed: (error: UploadError) => void) {
    this.#view = view;
    this.#entry = entry;
    this.#rules = rules;
    this.#failed = failed;
    this.#over = new Promise((resolve) => (this.#end = resolve));
  }

  get done(): boolean {
    return this.#state === "done";
  }
  /** What the writer returned for the finished file. */
  get meta(): unknown {
    return this.#meta;
  }
  /** Percentage of the announced size, rounded down. */
  get progress(): number {
    return Math.floor((this.#received / this.#entry.size) * 100);
  }

  /** Begins the transfer. False if it has already begun: a token opens one channel once. */
  open(channel: TransferChannel): boolean {
    if (this.#state !== "waiting") return false;
    this.#state = "open";
    this.#channel = channel;
    this.#await();
    return true;
  }

  /** Takes the next chunk. Resolves once it is written, or with the reason why it never will be. */
  receive(chunk: Uint8Array): Promise<ChunkRefusal | undefined> {
    clearTimeout(this.#deadline);
    return this.#next(() => this.#take(chunk));
  }

  async #take(chunk: Uint8Array): Promise<ChunkRefusal | undefined> {
    if (!(await this.#mayGoOn())) return { reason: "closed" };
    const { name, type, size } = this.#entry;
    const received = this.#received + chunk.length;
    if (received > size) return this.#refuse("too_large", { reason: "file_size_limit_exceeded", limit: size });
    // The client cuts a file into equal chunks; tiny ones would cost more than they carry.
    if (received < size && chunk.length !== this.#rules.chunkSize) return this.#refuse("interrupted", { reason: "chunk_size" });
    if (this.#received === 0 && !keepsItsPromise(name, type, chunk)) {
      return this.#refuse("not_accepted", { reason: "writer_error" });
    }
    // A token lives for minutes and a transfer for hours: the policy is asked before the writer begins, and before it completes a file.
    const decides = this.#writer === undefined || received === size;
    if (decides && !(await this.#isAdmitted())) return this.#refuse("interrupted", { reason: "closed" });
    try {
      if (!(await this.#view.own(() => this.#write(chunk, received)))) return { reason: "closed" };
    } catch (error) {
      this.#view.context.log("upload writer failed", { view: this.#view.name, error });
      return this.#refuse("writer_failure", { reason: "writer_error" });
    }
    this.#received = received;
    if (received === size) this.#state = "done";
    else this.#await();
    return undefined;
  }

  /** @returns false if the upload has ended meanwhile: the writer may have waited at each step */
  async #write(chunk: Uint8Array, received: number): Promise<boolean> {
    if (this.#writer === undefined) {
      this.#writer = this.#rules.writer(this.#entry);
      await this.#writer.init?.(this.#entry);
      if (!(await this.#mayGoOn())) return false;
    }
    await this.#writer.write(chunk);
    if (received < this.#entry.size) return !this.#ended;
    if (!(await this.#mayGoOn())) return false;
    // Even if it throws: `close` is not called a second time, and there is nothing to release.
    this.#closed = true;
    this.#meta = await this.#writer.close("done");
    this.#finished = true;
    return !this.#ended;
  }

  /**
   * Whether the writer may get more, once this node may act: a node without its lease does not know whom others have disconnected. An
   * upload that ends meanwhile does not wait for the lease, so that what was written is deleted at once.
   */
  async #mayGoOn(): Promise<boolean> {
    const ready = this.#view.ready();
    if (ready !== undefined) await Promise.race([ready, this.#over]);
    return this.#state === "open" && this.#view.mayRun();
  }

  /** Whether the view's policy admits its user now. As above, an upload that ends meanwhile does not wait. */
  async #isAdmitted(): Promise<boolean> {
    const admitted = await Promise.race([this.#view.admits(), this.#over]);
    return admitted === true && (await this.#mayGoOn());
  }

  get #ended(): boolean {
    return this.#state === "ended";
  }

  #refuse(error: UploadError, refusal: ChunkRefusal): ChunkRefusal {
    if (!this.#ended) this.#failed(error);
    void this.#discard();
    return refusal;
  }

  /** The client left the channel before the file was complete. A complete file stays until it is consumed. */
  clientLeft(): void {
    this.#channel = undefined;
    if (this.#state !== "open") return;
    this.#failed("interrupted");
    void this.#discard();
  }

  /** Ends it and deletes what was written. Resolves when that is done. */
  end(): Promise<void> {
    this.#channel?.leave("phx_close");
    this.#channel = undefined;
    return this.#discard();
  }

  #discard(): Promise<void> {
    clearTimeout(this.#deadline);
    if (this.#ended) return this.#work.then(() => {});
    this.#state = "ended";
    this.#end();
    return this.#next(async () => {
      const writer = this.#writer;
      try {
        if (this.#finished) await this.#view.own(() => writer?.release?.(this.#meta));
        else if (!this.#closed) await this.#view.own(() => writer?.close("cancel"));
      } catch (error) {
        this.#view.context.log("upload writer failed to clean up", { view: this.#view.name, error });
      }
    });
  }

  /** Runs a job after the pending ones; jobs do not throw. */
  #next<T>(job: () => MaybePromise<T>): Promise<T> {
    const result = this.#work.then(job);
    this.#work = result;
    return result;
  }

  #await(): void {
    this.#deadline = setTimeout(() => {
      const channel = this.#channel;
      this.#failed("interrupted");
      void this.#discard();
      this.#channel = undefined;
      channel?.leave("phx_error");
    }, this.#rules.chunkTimeoutMs);
  }
}
