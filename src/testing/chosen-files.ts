import { HoldfastError } from "../errors/index.js";
import { ANYTHING, LIST, TEXT, type Shape } from "../errors/options.js";
import { encodeChunk } from "../protocol/index.js";
import { expectation } from "./document.js";
import type { LiveClient } from "./live-client.js";
import { checkArgument, optionsOf } from "./options.js";
import type { Found } from "./parser.js";
import type { KitView } from "./view.js";

/** A file that a test chooses. */
export interface FileToChoose {
  /** Among the files that are chosen together, no other has this name. */
  readonly name: string;
  /** Its bytes, or its text. The server drops an empty file. */
  readonly content: Uint8Array | string;
  /** The media type that the browser declares. Default: none. */
  readonly type?: string;
  /** Its path in a chosen folder. Default: none. */
  readonly relativePath?: string;
  /** What the page's script set as `file.meta()`. */
  readonly meta?: unknown;
}

const FILE: Shape<FileToChoose> = {
  name: TEXT, content: { called: "bytes, or a text", fits: (value) => TEXT.fits(value) || value instanceof Uint8Array },
  type: TEXT, relativePath: TEXT, meta: ANYTHING,
};

/** Refuses what is no file: without content, or with a property that files do not have. */
export function checkFiles(files: readonly FileToChoose[]): void {
  const call = 'page.chooseFiles("#pictures input", [{ name: "a.png", content: png }])';
  checkArgument(call, "the list of files", files, LIST);
  for (const file of files) {
    optionsOf(call, file, FILE);
    checkArgument(call, "a file's name", file.name, FILE.name);
    checkArgument(call, "a file's content", file.content, FILE.content);
  }
}

/** A chosen file and its state. */
interface Chosen {
  readonly entry: Readonly<Record<string, unknown>> & { readonly ref: string };
  readonly bytes: Uint8Array;
  /** The token of its channel, or what an external uploader receives; undefined until it has been requested. */
  meta: unknown;
  joinRef: string | undefined;
  sent: number;
}

/** The client numbers files across all its inputs. */
const counters = new WeakMap<LiveClient, number>();

/** What has been chosen on a page, oldest first. */
const choices = new WeakMap<LiveClient, ChosenFiles[]>();

/** The files that were chosen with a file input, oldest first. An input that takes several files keeps earlier ones. */
export function chosenWith(client: LiveClient, input: Found): readonly ChosenFiles[] {
  const ref = input.attr("data-phx-upload-ref") ?? "";
  return (choices.get(client) ?? []).filter((chosen) => Object.hasOwn(chosen.uploads, ref));
}

/** The refs in an attribute of a file input, such as those of the entries that the view has. */
export function refsIn(input: Found, attribute: "active" | "done" | "error"): readonly string[] {
  return (input.attr(`data-phx-${attribute}-refs`) ?? "").split(",").filter((ref) => ref !== "");
}

/** Files chosen with a page's file input: does what the client's uploader does, step by step. */
export class ChosenFiles {
  readonly #client: LiveClient;
  readonly #view: KitView;
  readonly #input: () => Found;
  readonly #ref: string;
  readonly #cid: number | undefined;
  readonly #files = new Map<string, Chosen>();
  #chunkSize = 0;

  /** Made by `page.chooseFiles`. */
  constructor(client: LiveClient, view: KitView, input: () => Found, cid: number | undefined, files: readonly FileToChoose[]) {
    this.#client = client;
    this.#view = view;
    this.#input = input;
    this.#cid = cid;
    this.#ref = input().attr("data-phx-upload-ref")!;
    for (const { name, content, type = "", relativePath = "", meta } of files) {
      const bytes = typeof content === "string" ? Buffer.from(content) : content;
      if (this.#files.has(name)) {
        throw expectation(
          "Two files of one name are chosen together.", "a name of its own for each", `"${name}" twice`, "choose them one after the other",
        );
      }
      const number = counters.get(client) ?? 0;
      counters.set(client, number + 1);
      this.#files.set(name, {
        entry: {
          name,
          size: bytes.length,
          type,
          relative_path: relativePath,
          last_modified: 0,
          path: input().attr("name") ?? "",
          ref: String(number),
          ...(meta !== undefined && { meta }),
        },
        bytes, meta: undefined, joinRef: undefined, sent: 0,
      });
    }
    const known = choices.get(client);
    if (known === undefined) choices.set(client, [this]);
    else known.push(this);
  }

  /** How the form's change event describes them. */
  get uploads(): Readonly<Record<string, readonly unknown[]>> {
    return { [this.#ref]: [...this.#files.values()].map(({ entry }) => entry) };
  }

  /** The names of the files. */
  get names(): readonly string[] {
    return [...this.#files.keys()];
  }

  /** The client's number for a file: what `entry.ref` is in the view. */
  ref(name: string): string {
    return this.#file(name).entry.ref;
  }

  /** The names of the files that the view has and that have not been sent to their end. */
  get unsent(): readonly string[] {
    const [active, done] = [refsIn(this.#input(), "active"), refsIn(this.#input(), "done")];
    return [...this.#files].flatMap(([name, { entry: { ref } }]) => (active.includes(ref) && !done.includes(ref) ? [name] : []));
  }

  /**
   * Asks whether the files may be sent, as the client does when the form is submitted or, with `autoUpload`, at once. `send` and
   * `page.submit` ask by themselves.
   *
   * @returns by file name, what an external uploader receives or the token of the file's channel; refused files are missing
   */
  async preflight(): Promise<Readonly<Record<string, unknown>>> {
    const active = refsIn(this.#input(), "active");
    const waiting = [...this.#files.values()].filter(({ meta, entry }) => meta === undefined && active.includes(entry.ref));
    const { response } = await this.#view.push("allow_upload", {
      ref: this.#ref,
      entries: waiting.map(({ entry }) => entry),
      ...this.#target,
    });
    const { entries = {}, config } = response as { entries?: Readonly<Record<string, unknown>>; config?: { chunk_size: number } };
    this.#chunkSize = config?.chunk_size ?? this.#chunkSize;
    for (const file of waiting) file.meta = entries[file.entry.ref];
    await this.#client.quiet();
    return Object.fromEntries([...this.#files].flatMap(([name, { meta }]) => (meta === undefined ? [] : [[name, meta]])));
  }

  /**
   * Sends a file, or `percent` of it in whole chunks, each followed by its progress. For an external upload only the progress goes
   * to the server.
   *
   * @param percent how much of the file has been sent afterwards, 0 to 100. Default 100
   * @throws HoldfastError `kit_expectation` if the server refuses the file or a chunk
   * @example
   * const files = await page.chooseFiles("input[type=file]", [{ name: "a.txt", content: "hello" }]);
   * await files.send("a.txt");
   * await page.submit("form");
   */
  async send(name: string, percent = 100): Promise<void> {
    const file = this.#file(name);
    if (file.meta === undefined) await this.preflight();
    if (file.meta === undefined) {
      throw expectation(`The file "${name}" may not be sent.`, "an entry that is allowed", this.#client.document.html(this.#input()));
    }
    if (typeof file.meta !== "string") return this.#progress(file, percent);
    const topic = `lvu:${file.entry.ref}`;
    const socket = this.#client.needSocket();
    if (file.joinRef === undefined) {
      file.joinRef = socket.nextRef();
      const joined = await socket.push(file.joinRef, file.joinRef, topic, "phx_join", { token: file.meta });
      if (joined.status !== "ok") throw expectation(`The channel of "${name}" was refused.`, "ok", JSON.stringify(joined.response));
    }
    const until = Math.ceil((file.bytes.length * percent) / 100);
    while (file.sent < until) {
      const end = Math.min(file.sent + this.#chunkSize, file.bytes.length);
      if (end > until && end < file.bytes.length) return;
      const ref = socket.nextRef();
      const reply = await socket.pushBytes(
        file.joinRef,
        ref,
        topic,
        "chunk",
        encodeChunk(file.joinRef, ref, topic, file.bytes.subarray(file.sent, end)),
      );
      if (reply.status !== "ok") throw expectation(`A chunk of "${name}" was refused.`, "ok", JSON.stringify(reply.response));
      file.sent = end;
      await this.#progress(file, Math.floor((file.sent / file.bytes.length) * 100));
    }
  }

  /** Sends all files except refused ones. */
  async sendAll(): Promise<void> {
    for (const name of Object.keys(await this.preflight())) await this.send(name);
  }

  async #progress({ entry }: Chosen, progress: number): Promise<void> {
    await this.#view.push("progress", { event: null, ref: this.#ref, entry_ref: entry.ref, progress, ...this.#target });
    await this.#client.quiet();
  }

  get #target(): { readonly cid?: number } {
    return this.#cid === undefined ? {} : { cid: this.#cid };
  }

  #file(name: string): Chosen {
    const found = this.#files.get(name);
    if (found !== undefined) return found;
    throw new HoldfastError("kit_not_found", {
      what: `No file "${name}" was chosen.`,
      expected: [...this.#files.keys()].join(", "),
      got: name,
      fix: "name one of the files of chooseFiles",
    });
  }
}
