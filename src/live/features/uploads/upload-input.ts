import { HoldfastError } from "../../../errors/index.js";
import { viewEnded, type Owner } from "../../socket/index.js";
import { isAccepted } from "./accept.js";
import { readClientFile, type ClientFile, type UploadEntry, type UploadError } from "./entry.js";
import { HeldFile } from "./held-file.js";
import type { UploadRules } from "./options.js";
import { Transfer } from "./transfer.js";

/** How many files beyond the maximum are kept, so that the user can see them and choose. */
const SHOWN_EXCESS = 20;

/** A finished file, as it is consumed. */
export interface FinishedFile {
  readonly meta: unknown;
  readonly entry: UploadEntry;
}

/** The reply to `allow_upload`. */
type PreflightAnswer =
  | { readonly ref: string; readonly error: readonly (readonly [ref: string, reason: string])[] }
  | {
    readonly ref: string; readonly config: object; readonly entries: Readonly<Record<string, unknown>>;
    readonly errors: Readonly<Record<string, readonly string[]>>;
  };

/**
 * One file input of a view or a component, for its lifetime: the chosen files, checked before anything is allocated for them,
 * and their transfers.
 */
export class UploadInput {
  readonly owner: Owner;
  readonly name: string;
  readonly ref: string;
  readonly rules: UploadRules;
  /** Whether its element has been rendered: before that, nobody can have chosen a file. */
  rendered = false;
  readonly #show: () => void;
  #held: HeldFile[] = [];
  /** How many files were consumed: with the mode `total` they still count. */
  #consumed = 0;
  #ended = false;
  /** Whether `entries` or `errors` have changed since the form was last asked for again, and how often it was. */
  #changedSince = false;
  #asked = 0;

  /** @param show called when its element is to be rendered again */
  constructor(owner: Owner, name: string, ref: string, rules: UploadRules, show: () => void) {
    this.owner = owner;
    this.name = name;
    this.ref = ref;
    this.rules = rules;
    this.#show = show;
  }

  #changed(): void {
    this.#changedSince = true;
    this.#show();
  }

  /** The files in their present state. */
  get entries(): readonly UploadEntry[] {
    return this.#held.map(({ entry }) => entry);
  }

  /** What is wrong with all files together. */
  get errors(): readonly UploadError[] {
    return this.#held.length > this.#room ? ["too_many_files"] : [];
  }

  /** How many files may be chosen now. */
  get #room(): number {
    const { maxEntries, maxEntriesMode } = this.rules;
    return maxEntriesMode === "total" ? Math.max(0, maxEntries - this.#consumed) : maxEntries;
  }

  #find(ref: unknown): HeldFile | undefined {
    return this.#held.find((held) => held.ref === ref);
  }

  // ---- what the client says ----

  /** The client lists the files that its user has chosen, including earlier ones. */
  choose(files: readonly unknown[]): void {
    const before = this.#held.length;
    // Nothing is allocated for more files than can be shown.
    const room = this.rules.maxEntries + SHOWN_EXCESS;
    const [only] = files.length === 1 ? files : [];
    // If only one file is allowed, a new one replaces the last.
    const replaces = this.rules.maxEntries === 1 && only !== undefined && readClientFile(only) !== undefined && !this.#knows(only);
    if (replaces) for (const held of this.#held.splice(0)) held.discard();
    const known = new Set(this.#held.map(({ ref }) => ref));
    for (const given of files.slice(0, room)) {
      if (this.#held.length >= room) break;
      const file = readClientFile(given);
      if (file === undefined || known.has(file.ref)) continue;
      known.add(file.ref);
      this.#held.push(this.#checked(this.#withinMeta(file)));
    }
    if (replaces || this.#held.length !== before) this.#changed();
  }

  #knows(given: unknown): boolean {
    return this.#find(refOf(given)) !== undefined;
  }

  /** Without what the page's script has said of it, if that is too long to keep. */
  #withinMeta(file: ClientFile): ClientFile {
    const { name, context } = this.owner.view;
    const limit = context.limits.uploadMetaBytes;
    const bytes = file.clientMeta === undefined ? 0 : Buffer.byteLength(JSON.stringify(file.clientMeta));
    if (bytes <= limit) return file;
    context.log("upload meta dropped", {
      view: name, upload: this.name, bytes, limit, fix: "make file.meta() return less, or createEndpoint({ limits: { uploadMetaBytes } })",
    });
    return { ...file, clientMeta: undefined };
  }

  #checked(file: ClientFile): HeldFile {
    const { maxFileSize, accept, validate } = this.rules;
    const held = new HeldFile(file, this.ref);
    const error = file.size > maxFileSize ? "too_large"
      : !isAccepted(accept, file.name, file.type) ? "not_accepted"
      : validate?.(held.entry);
    if (error !== undefined) held.errors.push(error);
    return held;
  }

  /**
   * The client asks to send files. With `autoUpload` the valid ones are admitted; otherwise none is until the user has fixed
   * all errors.
   *
   * @param seal makes the token that admits one file once
   */
  async preflight(files: readonly unknown[], seal: (ref: string, id: string) => string): Promise<PreflightAnswer> {
    this.choose(files);
    const { rules, ref } = this;
    const error = [
      ...this.#held.flatMap((held) => held.errors.map((reason) => [held.ref, reason] as const)),
      ...this.errors.map((reason) => [ref, reason] as const),
    ];
    if (error.length > 0 && !rules.autoUpload) return { ref, error };
    const asked = new Set(files.map(refOf));
    const entries: Record<string, unknown> = {};
    for (const held of this.#held.slice(0, this.#room)) {
      if (!asked.has(held.ref) || held.preflighted || held.errors.length > 0) continue;
      // The application's `external` may have waited for the file before.
      await this.owner.view.ready();
      if (!this.owner.view.mayRun()) break;
      const given = rules.external === undefined ? seal(held.ref, held.id) : await this.#outside(held, rules.external);
      if (given === undefined) {
        if (rules.autoUpload) continue;
        this.#changed();
        return { ref, error: held.errors.map((reason) => [held.ref, reason]) };
      }
      held.preflighted = true;
      entries[held.ref] = given;
    }
    this.#changed();
    const { chunkSize: chunk_size, chunkTimeoutMs: chunk_timeout, maxFileSize: max_file_size, maxEntries: max_entries } = rules;
    const errors = Object.fromEntries(this.#held.filter((held) => asked.has(held.ref) && held.errors.length > 0)
      .map((held) => [held.ref, held.errors]));
    return { ref, config: { chunk_size, chunk_timeout, max_file_size, max_entries }, entries, errors };
  }

  /** What `external` returns for a file; undefined if it refuses the file. */
  async #outside(held: HeldFile, external: NonNullable<UploadRules["external"]>): Promise<unknown> {
    const given = await external(held.entry);
    if ("refused" in given && given.refused !== undefined) {
      held.errors.push(given.refused);
      return undefined;
    }
    return (held.outside = given);
  }

  /** The client reports how much of a file it has sent. Undefined: no such file, or no such report. */
  progress(ref: unknown, said: unknown): UploadEntry | undefined {
    const held = this.#find(ref);
    if (held === undefined || !held.preflighted || !held.report(said, this.rules.external !== undefined)) return undefined;
    this.#changed();
    return held.entry;
  }

  /** The files that have arrived, and may be consumed. */
  get finished(): readonly HeldFile[] {
    return this.#held.filter(({ done, errors, taken }) => done && errors.length === 0 && !taken);
  }

  /** Whether a chosen file has neither arrived nor failed on its way. The client submits no form before that. */
  get awaited(): boolean {
    return this.#held.some(({ awaited }) => awaited);
  }

  /** How often its form was asked for again. */
  get asked(): number {
    return this.#asked;
  }

  /**
   * Its form is to be submitted again, unless nothing has changed since it last was. Its element is then sent again as well: the npm
   * client loses a diff of a field that was locked by the form's change and then by its submit, until the field is patched again
   * (`copyNestedPrivateLock` in dom_patch.ts of 1.2.12), and that diff has the list of the files.
   */
  askAgain(): boolean {
    if (!this.#changedSince) return false;
    this.#changedSince = false;
    this.#asked++;
    this.#show();
    return true;
  }

  /** The browser no longer has the files that it has not begun to send. */
  lost(): void {
    const gone = this.#held.filter(({ preflighted, errors }) => !preflighted && errors.length === 0);
    for (const { errors } of gone) errors.push("interrupted");
    if (gone.length > 0) this.#changed();
  }

  /** The transfer that a token names, or undefined if it cannot begin. */
  transfer(ref: string, id: string): Transfer | undefined {
    const held = this.#find(ref);
    if (this.#ended || held === undefined || held.id !== id || held.errors.length > 0) return undefined;
    return (held.transfer ??= new Transfer(this.owner.view, held.entry, this.rules, (error) => this.#fail(held, error)));
  }

  /** Recorded immediately, so that nothing continues for the file; shown when the view's turn comes. */
  #fail({ errors }: HeldFile, error: UploadError): void {
    if (this.#ended) return;
    errors.push(error);
    this.owner.view.post(() => this.#changed());
  }

  // ---- what the application does ----

  /** Removes a file. Does nothing if it is already gone, because two clicks may cross. */
  cancel(ref: string): void {
    const held = this.#find(ref);
    if (held === undefined) return;
    this.#held = this.#held.filter((other) => other !== held);
    held.discard();
    this.#changed();
  }

  /**
   * Passes the finished files to `consume` one after the other. Each is deleted afterwards unless `keep` was called. A file
   * that another call is consuming is left to that one.
   *
   * @throws HoldfastError `upload_misuse` while one is still on its way; `view_ended` if they were deleted because their view has ended
   */
  async consume<R>(consume: (file: FinishedFile, keep: () => void) => R | Promise<R>): Promise<R[]> {
    const good = this.#held.filter(({ errors, taken }) => errors.length === 0 && !taken);
    const waiting = good.filter(({ done }) => !done);
    if (waiting.length > 0 && this.#mayConsume) throw this.#early(`${waiting.length} that are not`);
    return this.#consumeAll(good, consume);
  }

  /** Does with finished files what consuming does, because they were consumed when their form was sent before. */
  async wereConsumed(files: readonly HeldFile[]): Promise<void> {
    await this.#consumeAll(files, () => {});
  }

  async #consumeAll<R>(files: readonly HeldFile[], consume: (file: FinishedFile, keep: () => void) => R | Promise<R>): Promise<R[]> {
    const results: R[] = [];
    for (const held of files) held.taken = true;
    try {
      for (const held of files) results.push(await this.#consumeHeld(held, consume));
    } finally {
      // Those that were kept, or not reached because one before them threw.
      for (const held of files) held.taken = false;
    }
    if (files.length > 0) this.#changed();
    return results;
  }

  /**
   * Passes one finished file to `consume`; undefined if it is gone, has errors, or is being consumed by another call.
   *
   * @throws HoldfastError `upload_misuse` while it is still on its way; `view_ended` if it was deleted because its view has ended
   */
  async consumeOne<R>(ref: string, consume: (file: FinishedFile, keep: () => void) => R | Promise<R>): Promise<R | undefined> {
    const held = this.#find(ref);
    if (held === undefined || held.errors.length > 0 || held.taken) return undefined;
    if (!held.done && this.#mayConsume) throw this.#early(`"${held.file.name}", which is not`);
    held.taken = true;
    try {
      const result = await this.#consumeHeld(held, consume);
      this.#changed();
      return result;
    } finally {
      held.taken = false;
    }
  }

  async #consumeHeld<R>(held: HeldFile, consume: (file: FinishedFile, keep: () => void) => R | Promise<R>): Promise<R> {
    let kept = false;
    const meta = this.rules.external === undefined ? held.transfer?.meta : held.outside;
    if (!this.#mayConsume) throw viewEnded(this.owner.view.name);
    const result = await consume({ meta, entry: held.entry }, () => {
      kept = true;
    });
    // The file was deleted while it was read.
    if (!this.#mayConsume) throw viewEnded(this.owner.view.name);
    if (kept) return result;
    this.#held = this.#held.filter((other) => other !== held);
    this.#consumed++;
    held.consumed = true;
    await held.transfer?.end();
    return result;
  }

  /** False behind the fence, where nothing may change any more, and when the files were deleted with their owner. */
  get #mayConsume(): boolean {
    return !this.owner.ended && this.owner.view.mayRun();
  }

  #early(got: string): HoldfastError {
    return new HoldfastError("upload_misuse", {
      what: `The upload "${this.name}" was consumed while files were still uploading.`, expected: "files that have been uploaded", got,
      fix: "consumeUploads in the handler of phx-submit, which the client sends when all files are there; "
        + "in progress, when entry.done: consumeUpload(name, entry, …)",
    });
  }

  /**
   * Its owner has ended, or another upload took its name: deletes files that nobody consumed. They stay listed, so that a handler that is
   * still running does not take their form for one without files.
   */
  end(): void {
    this.#ended = true;
    for (const held of this.#held) held.discard();
  }

  /** How many transfers are running. */
  get open(): number {
    return this.#held.filter(({ transfer }) => transfer !== undefined).length;
  }
}

/** The ref of a file, as a client names it. */
function refOf(given: unknown): unknown {
  return typeof given === "object" && given !== null && "ref" in given ? given.ref : undefined;
}
