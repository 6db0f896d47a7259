import { randomUUID } from "node:crypto";
import { HoldfastError } from "../../../errors/index.js";
import type { Owner } from "../../socket/index.js";
import { isAccepted } from "./accept.js";
import { readClientFile, type ClientFile, type UploadEntry, type UploadError } from "./entry.js";
import type { UploadRules } from "./options.js";
import { Transfer } from "./transfer.js";

/** More files than may be chosen are kept so far, for their user to see and choose among. */
const SHOWN_EXCESS = 20;

/** A finished file, as it is consumed. */
export interface FinishedFile {
  readonly meta: unknown;
  readonly entry: UploadEntry;
}

/** A file of the input, and what is under way for it. */
interface Held {
  readonly file: ClientFile;
  readonly id: string;
  readonly errors: UploadError[];
  progress: number;
  preflighted: boolean;
  /** External: what the application gave, and whether the client says that it is through. */
  meta: unknown;
  sent: boolean;
  transfer: Transfer | undefined;
}

/** What the client is answered to `allow_upload`. */
export type PreflightAnswer =
  | { readonly ref: string; readonly error: readonly (readonly [ref: string, reason: string])[] }
  | {
    readonly ref: string; readonly config: object; readonly entries: Readonly<Record<string, unknown>>;
    readonly errors: Readonly<Record<string, readonly string[]>>;
  };

/**
 * One file input of a view or a component while it lives: the files that were chosen, checked before anything is kept for
 * them, and their transfers.
 */
export class UploadInput {
  readonly owner: Owner;
  readonly name: string;
  readonly ref: string;
  readonly rules: UploadRules;
  /** Its element has been rendered: before that, nobody can have chosen a file. */
  rendered = false;
  readonly #changed: () => void;
  #held: Held[] = [];
  #ended = false;

  /** @param changed what `entries` and `errors` give is another now */
  constructor(owner: Owner, name: string, ref: string, rules: UploadRules, changed: () => void) {
    this.owner = owner;
    this.name = name;
    this.ref = ref;
    this.rules = rules;
    this.#changed = changed;
  }

  /** The files as they are now. */
  get entries(): readonly UploadEntry[] {
    return this.#held.map((held) => this.#shown(held));
  }

  /** What is wrong with all of them together. */
  get errors(): readonly UploadError[] {
    return this.#held.length > this.rules.maxEntries ? ["too_many_files"] : [];
  }

  #shown(held: Held): UploadEntry {
    const { file, id, progress, preflighted, errors } = held;
    return Object.freeze({
      ...file, id, uploadRef: this.ref, progress, preflighted, errors: Object.freeze([...errors]), valid: errors.length === 0,
      done: isDone(held),
    });
  }

  #find(ref: unknown): Held | undefined {
    return this.#held.find(({ file }) => file.ref === ref);
  }

  // ---- what the client says ----

  /** The client names the files that its user has chosen, those before included. */
  choose(files: readonly unknown[]): void {
    const before = this.#held.length;
    // Nothing is made for more than can be shown.
    const room = this.rules.maxEntries + SHOWN_EXCESS;
    const [only] = files.length === 1 ? files : [];
    // Another single file takes the place of the one before.
    const replaces = this.rules.maxEntries === 1 && only !== undefined && readClientFile(only) !== undefined && !this.#knows(only);
    if (replaces) for (const held of this.#held.splice(0)) void held.transfer?.end();
    for (const given of files.slice(0, room)) {
      if (this.#held.length >= room) break;
      const file = readClientFile(given);
      if (file !== undefined && this.#find(file.ref) === undefined) this.#held.push(this.#checked(file));
    }
    if (replaces || this.#held.length !== before) this.#changed();
  }

  #knows(given: unknown): boolean {
    return this.#find((given as { readonly ref?: unknown } | null)?.ref) !== undefined;
  }

  #checked(file: ClientFile): Held {
    const { maxFileSize, accept, validate } = this.rules;
    const held: Held = {
      file, id: randomUUID(), errors: [], progress: 0, preflighted: false, meta: undefined, sent: false, transfer: undefined,
    };
    const error = file.size > maxFileSize ? "too_large"
      : !isAccepted(accept, file.name, file.type) ? "not_accepted"
      : validate?.(this.#shown(held));
    if (error !== undefined) held.errors.push(error);
    return held;
  }

  /**
   * The client asks to send files. An input that sends them by itself sends the good ones; any other waits until its user has
   * put right what is wrong.
   *
   * @param seal makes the token by which one file is let in once
   */
  async preflight(files: readonly unknown[], seal: (ref: string, id: string) => string): Promise<PreflightAnswer> {
    this.choose(files);
    const { rules, ref } = this;
    const error = [
      ...this.#held.flatMap(({ file, errors }) => errors.map((reason) => [file.ref, reason] as const)),
      ...this.errors.map((reason) => [ref, reason] as const),
    ];
    if (error.length > 0 && !rules.autoUpload) return { ref, error };
    const asked = new Set(files.map((file) => (file as { readonly ref?: unknown } | null)?.ref));
    const entries: Record<string, unknown> = {};
    for (const held of this.#held.slice(0, rules.maxEntries)) {
      const { file, id, errors, preflighted } = held;
      if (!asked.has(file.ref) || preflighted || errors.length > 0) continue;
      const given = rules.external === undefined ? seal(file.ref, id) : await this.#outside(held, rules.external);
      if (given === undefined) {
        if (rules.autoUpload) continue;
        this.#changed();
        return { ref, error: held.errors.map((reason) => [file.ref, reason]) };
      }
      held.preflighted = true;
      entries[file.ref] = given;
    }
    this.#changed();
    const { chunkSize: chunk_size, chunkTimeoutMs: chunk_timeout, maxFileSize: max_file_size, maxEntries: max_entries } = rules;
    const errors = Object.fromEntries(this.#held.filter((held) => asked.has(held.file.ref) && held.errors.length > 0)
      .map((held) => [held.file.ref, held.errors]));
    return { ref, config: { chunk_size, chunk_timeout, max_file_size, max_entries }, entries, errors };
  }

  /** What the application gives the client for a file that goes elsewhere; undefined if it refuses. */
  async #outside(held: Held, external: NonNullable<UploadRules["external"]>): Promise<unknown> {
    const given = await external(this.#shown(held));
    if ("refused" in given && given.refused !== undefined) {
      held.errors.push(given.refused);
      return undefined;
    }
    return (held.meta = given);
  }

  /** The client has sent so much of a file, it says. What was counted here is what counts. Undefined: no such file. */
  progress(ref: unknown, said: unknown): UploadEntry | undefined {
    const held = this.#find(ref);
    if (held === undefined || !held.preflighted) return undefined;
    const external = this.rules.external !== undefined;
    if (typeof said === "object" && said !== null && "error" in said) {
      if (held.errors.length === 0 && !isDone(held)) held.errors.push(external ? "external_client_failure" : "interrupted");
      if (!external && !isDone(held)) void held.transfer?.end();
    } else {
      if (typeof said !== "number" || !Number.isInteger(said) || said < 0 || said > 100) return undefined;
      held.progress = external ? said : Math.min(said, held.transfer?.progress ?? 0);
      held.sent = external && held.errors.length === 0 && said === 100;
    }
    this.#changed();
    return this.#shown(held);
  }

  /** The transfer that a token names; the reason if there is none to begin. */
  transfer(ref: string, id: string): Transfer | undefined {
    const held = this.#find(ref);
    if (this.#ended || held === undefined || held.id !== id || held.errors.length > 0) return undefined;
    return (held.transfer ??= new Transfer(this.owner.view, this.#shown(held), this.rules, (error) => this.#fail(held, error)));
  }

  /** Noted at once, so that nothing goes on for it; shown when the view's turn comes. */
  #fail(held: Held, error: UploadError): void {
    if (this.#ended) return;
    held.errors.push(error);
    this.owner.view.post(() => this.#changed());
  }

  // ---- what the application does ----

  /** Takes a file away. Nothing happens if it is gone already: two clicks cross. */
  cancel(ref: string): void {
    const held = this.#find(ref);
    if (held === undefined) return;
    this.#held = this.#held.filter((other) => other !== held);
    void held.transfer?.end();
    this.#changed();
  }

  /**
   * Gives the finished files to `consume`, one after the other; each is gone behind it, unless it says to keep it.
   *
   * @throws HoldfastError `upload_misuse` while one is still on its way
   */
  async consume<R>(consume: (file: FinishedFile, keep: () => void) => R | Promise<R>): Promise<R[]> {
    const good = this.#held.filter(({ errors }) => errors.length === 0);
    const waiting = good.filter((held) => !isDone(held));
    if (waiting.length > 0) {
      throw new HoldfastError("upload_misuse", {
        what: `The upload "${this.name}" was consumed while files were still uploading.`, expected: "all files uploaded", got: `${waiting.length} that are not`,
        fix: "consume in the handler of phx-submit, which the client sends when all are there, or when entry.done in progress",
      });
    }
    const results: R[] = [];
    for (const held of good) {
      const kept = { is: false };
      const meta = this.rules.external === undefined ? held.transfer?.meta : held.meta;
      results.push(await consume({ meta, entry: this.#shown(held) }, () => (kept.is = true)));
      if (kept.is) continue;
      this.#held = this.#held.filter((other) => other !== held);
      await held.transfer?.end();
    }
    if (good.length > 0) this.#changed();
    return results;
  }

  /** Its owner has ended, or another upload has its name: files that nobody consumed are gone. */
  end(): void {
    this.#ended = true;
    for (const { transfer } of this.#held.splice(0)) void transfer?.end();
  }

  /** Transfers under way. */
  get open(): number {
    return this.#held.filter(({ transfer }) => transfer !== undefined).length;
  }
}

function isDone({ sent, transfer }: Held): boolean {
  return sent || transfer?.done === true;
}
