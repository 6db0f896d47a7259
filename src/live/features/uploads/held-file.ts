import { randomUUID } from "node:crypto";
import type { ClientFile, UploadEntry, UploadError } from "./entry.js";
import type { Transfer } from "./transfer.js";

/** A file that its user has chosen for an input, from the choice until it is consumed or taken away. */
export class HeldFile {
  readonly file: ClientFile;
  readonly id = randomUUID();
  /** What is wrong with it. Errors are only added. */
  readonly errors: UploadError[] = [];
  /** Whether the client was allowed to send it. */
  preflighted = false;
  /** Being consumed: no second call gets it. */
  taken = false;
  /** Consumed, and not kept. */
  consumed = false;
  /** How it gets here; undefined before it has begun, and for one that is sent elsewhere. */
  transfer: Transfer | undefined;
  /** What the application returned about one that is sent elsewhere. */
  outside: unknown;
  readonly #uploadRef: string;
  #progress = 0;
  /** Sent elsewhere: the client says that it has finished. */
  #sent = false;
  #shown: UploadEntry | undefined;

  constructor(file: ClientFile, uploadRef: string) {
    this.file = file;
    this.#uploadRef = uploadRef;
  }

  get ref(): string {
    return this.file.ref;
  }

  /** Whether all of it has arrived. */
  get done(): boolean {
    return this.#sent || this.transfer?.done === true;
  }

  /** Whether it has neither arrived nor failed on its way. */
  get awaited(): boolean {
    return !this.preflighted || (this.errors.length === 0 && !this.done);
  }

  /** Its present state. One file of thousands changes at a time, and a new object for each of them would cost more than all the rest. */
  get entry(): UploadEntry {
    const { file, id, errors, preflighted, done } = this;
    const progress = this.#progress;
    const shown = this.#shown;
    if (shown?.progress === progress && shown.preflighted === preflighted && shown.errors.length === errors.length && shown.done === done) {
      return shown;
    }
    return (this.#shown = Object.freeze({
      ...file, id, uploadRef: this.#uploadRef, progress, preflighted, errors: Object.freeze([...errors]), valid: errors.length === 0, done,
    }));
  }

  /**
   * The client reports how much of it has been sent, in percent, or that it cannot be sent. Of what is sent here, our own count wins.
   *
   * @returns false if that is no report
   */
  report(said: unknown, elsewhere: boolean): boolean {
    if (typeof said === "object" && said !== null && "error" in said) {
      if (this.errors.length === 0 && !this.done) this.errors.push(elsewhere ? "external_client_failure" : "interrupted");
      if (!elsewhere && !this.done) this.discard();
      return true;
    }
    if (typeof said !== "number" || !Number.isInteger(said) || said < 0 || said > 100) return false;
    this.#progress = elsewhere ? said : Math.min(said, this.transfer?.progress ?? 0);
    this.#sent = elsewhere && this.errors.length === 0 && said === 100;
    return true;
  }

  /** Ends its transfer, and deletes what has arrived. */
  discard(): void {
    void this.transfer?.end();
  }
}
