import type { Joined } from "./lab.js";
import { chunkFrame, type Reply } from "./raw-socket.js";

/** A file as a client describes it. */
export interface ClientFile {
  readonly name: string;
  readonly size: number;
  readonly type?: string;
  readonly ref?: string;
  readonly relative_path?: string;
}

/** The answer to `allow_upload`. */
export interface Preflight {
  readonly entries?: Readonly<Record<string, string>>;
  readonly error?: readonly (readonly [string, string])[];
}

/** Uploads to a joined view, frame by frame, like the client or unlike it. */
export class Uploader {
  readonly view: Joined;
  readonly ref: string;
  readonly #change: string;
  #files = 0;

  /** @param change the name of the form's `phx-change` @param nth which file input of the page */
  constructor(view: Joined, change: string, nth = 0) {
    this.view = view;
    this.#change = change;
    this.ref = [...view.page.html.matchAll(/data-phx-upload-ref="([^"]+)"/g)][nth]?.[1] ?? "none";
  }

  file(name: string, size: number, type = ""): Required<ClientFile> {
    return { name, size, type, ref: String(this.#files++), relative_path: "" };
  }

  /** Sends the change event of a form in which these files are chosen. */
  choose(files: readonly unknown[], ref = this.ref): Promise<Reply> {
    return this.view.call("event", { type: "form", event: this.#change, value: "_target=file", uploads: { [ref]: files } });
  }

  async preflight(files: readonly unknown[], ref = this.ref): Promise<Preflight> {
    return (await this.view.call("allow_upload", { ref, entries: files })).response as Preflight;
  }

  progress(entry: string, progress: unknown): Promise<Reply> {
    return this.view.call("progress", { event: null, ref: this.ref, entry_ref: entry, progress });
  }

  join(entry: string, token: unknown): Promise<Reply> {
    const ref = this.view.socket.ref();
    this.view.socket.joinRefs.set(`lvu:${entry}`, ref);
    this.view.socket.send(ref, ref, `lvu:${entry}`, "phx_join", { token });
    return this.view.socket.reply(ref);
  }

  chunk(entry: string, bytes: Uint8Array, event = "chunk"): Promise<Reply> {
    const { socket } = this.view;
    const ref = socket.ref();
    socket.raw(chunkFrame(socket.joinRefs.get(`lvu:${entry}`) ?? "0", ref, `lvu:${entry}`, bytes, event));
    return socket.reply(ref);
  }

  /** Chooses a file, asks to send it and opens its channel; returns its ref. */
  async begin(name: string, size: number, type = ""): Promise<string> {
    const file = this.file(name, size, type);
    await this.choose([file]);
    const { entries = {}, error } = await this.preflight([file]);
    if (error !== undefined) throw new Error(`not allowed: ${JSON.stringify(error)}`);
    const joined = await this.join(file.ref, entries[file.ref]);
    if (joined.status !== "ok") throw new Error(`join refused: ${JSON.stringify(joined)}`);
    return file.ref;
  }

  /** Sends a whole file as the client does. */
  async send(name: string, bytes: Uint8Array, type = "", chunkSize = 64_000): Promise<string> {
    const ref = await this.begin(name, bytes.length, type);
    for (let at = 0; at < bytes.length; at += chunkSize) {
      const reply = await this.chunk(ref, bytes.subarray(at, at + chunkSize));
      if (reply.status !== "ok") throw new Error(`chunk refused: ${JSON.stringify(reply.response)}`);
      await this.progress(ref, Math.floor((Math.min(at + chunkSize, bytes.length) / bytes.length) * 100));
    }
    return ref;
  }
}
