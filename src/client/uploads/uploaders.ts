import { mayResume } from "./files.js";

/** A file of an external upload, as the npm client passes it to an uploader. */
export interface ExternalEntry<Meta = unknown> {
  readonly file: File;
  /** What the server's `external` returned for it. */
  readonly meta: Meta;
  /** Percentage of the file that has arrived; 100 ends the upload. */
  progress(percent: number): void;
  /** The upload has failed, and its view is gone. */
  error(reason?: string): void;
  /** Registers a callback for when the user removes the file. */
  onCancel(cancel: () => void): void;
  readonly ref: string;
  readonly fileEl: HTMLInputElement;
  readonly view: { pushFileProgress(input: HTMLInputElement, ref: string, progress: { readonly error: string }): void };
}

/** What `external` returns for the uploader `presigned`. */
export interface PresignedMeta {
  readonly url: string;
  /** Default `PUT`, or `POST` if there are `fields`. */
  readonly method?: "PUT" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  /** Form fields before the file, as S3 signs a POST. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** What `external` returns for the uploader `resumable`. */
export interface ResumableMeta {
  /** The upload's URL: answers `HEAD` and accepts `PATCH`, as in tus 1.0. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes of one request. Default: everything that is left. */
  readonly chunkSize?: number;
  /** Returns as `entry.clientMeta.resume` when the file is chosen again. Sign it, because then it comes from the client. */
  readonly resume?: unknown;
}

/** How often a request is retried without progress, and the delays between retries, ms: the first and the longest. */
const TRIES = 6;
const FIRST_WAIT_MS = 500;
const LAST_WAIT_MS = 10_000;

/** The outcome of a request; status 0: it did not get through. */
interface Answer {
  readonly status: number;
  header(name: string): string | null;
}

/** One file being sent, until it has arrived, has failed, or is no longer wanted. */
class Sending {
  #request: XMLHttpRequest | undefined;
  #ended = false;

  /** @param onViewError registers a callback for when the file's view is gone */
  constructor(entry: ExternalEntry, onViewError: (gone: () => void) => void) {
    entry.onCancel(() => this.#end());
    onViewError(() => {
      if (this.#ended) return;
      this.#end();
      entry.error("interrupted");
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  #end(): void {
    this.#ended = true;
    this.#request?.abort();
  }

  /**
   * Uses `XMLHttpRequest`, because `fetch` does not report how much of a body has been sent.
   *
   * @param sent called with how many bytes have been sent
   */
  request(method: string, url: string, headers: Readonly<Record<string, string>>, body: Blob | FormData | null, sent: (bytes: number) => void): Promise<Answer> {
    return new Promise((resolve) => {
      const request = (this.#request = new XMLHttpRequest());
      const answer = (): void => resolve({ status: request.status, header: (name) => request.getResponseHeader(name) });
      request.upload.onprogress = ({ loaded }) => sent(loaded);
      request.onload = request.onerror = request.onabort = answer;
      request.open(method, url);
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.send(body);
    });
  }
}

/**
 * Tells the view that a file has failed, and leaves the rest to its user: once the file is removed, the form continues
 * without it. The npm client does the same when a writer fails. Its `entry.error` would forget the files and leave the form
 * locked.
 */
function fail({ view, fileEl, ref }: ExternalEntry, error: string): void {
  view.pushFileProgress(fileEl, ref, { error });
}

/** The percentage, below 100: that is only reported once the other server has answered. */
function under(sent: number, size: number): number {
  return Math.min(99, Math.floor((sent / size) * 100));
}

/**
 * Sends each file in one request to a URL that the server has signed, for S3 and similar stores.
 *
 * @example
 * // The server's side of it:
 * external: async (entry) => ({ uploader: "presigned", url: await presign("PUT", entry.id), key: entry.id })
 */
export function presigned(entries: readonly ExternalEntry<PresignedMeta>[], onViewError: (gone: () => void) => void): void {
  for (const entry of entries) void sendPresigned(entry, new Sending(entry, onViewError));
}

async function sendPresigned(entry: ExternalEntry<PresignedMeta>, sending: Sending): Promise<void> {
  const { file, meta: { url, fields, headers = {}, method = fields === undefined ? "PUT" : "POST" } } = entry;
  let body: Blob | FormData = file;
  if (fields !== undefined) {
    body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    body.append("file", file);
  }
  const { status } = await sending.request(method, url, headers, body, (sent) => entry.progress(under(sent, file.size)));
  if (sending.ended) return;
  if (status >= 200 && status < 300) entry.progress(100);
  else fail(entry, `status ${status}`);
}

/**
 * Sends each file to an upload that can be resumed, with the protocol tus 1.0 (`HEAD` returns how much has arrived, `PATCH`
 * appends to it). After a lost connection it continues where it stopped. It also does after its view has mounted again, if
 * `external` returns a `resume` and recognizes the upload by it.
 *
 * @see https://tus.io/protocols/resumable-upload
 * @example
 * // The server's side of it:
 * external: async (entry) => {
 *   const id = verify(entry.clientMeta) ?? await store.create(entry.size);
 *   return { uploader: "resumable", url: `/files/${id}`, resume: sign(id) };
 * }
 */
export function resumable(entries: readonly ExternalEntry<ResumableMeta>[], onViewError: (gone: () => void) => void): void {
  for (const entry of entries) {
    if (entry.meta.resume !== undefined) mayResume(entry.file, entry.meta.resume);
    void sendResumable(entry, new Sending(entry, onViewError));
  }
}

async function sendResumable(entry: ExternalEntry<ResumableMeta>, sending: Sending): Promise<void> {
  const { file, meta: { url, headers = {}, chunkSize = file.size } } = entry;
  const common = { ...headers, "Tus-Resumable": "1.0.0" };
  let offset = -1;
  for (let tries = 0; tries < TRIES;) {
    // If we do not know how much has arrived, ask first.
    const asks = offset < 0;
    const from = offset;
    const answer = asks
      ? await sending.request("HEAD", url, common, null, () => undefined)
      : await sending.request("PATCH", url, {
        ...common, "Upload-Offset": String(from), "Content-Type": "application/offset+octet-stream",
      }, file.slice(from, from + chunkSize), (sent) => entry.progress(under(from + sent, file.size)));
    if (sending.ended) return;
    const now = Number(answer.header("Upload-Offset") ?? NaN);
    if (answer.status >= 200 && answer.status < 300 && Number.isInteger(now) && now >= Math.max(from, 0) && now <= file.size) {
      if (now > from && !asks) tries = 0;
      offset = now;
      if (offset === file.size) return entry.progress(100);
      entry.progress(under(offset, file.size));
      if (asks || now > from) continue;
    } else if (!mayPass(answer.status)) {
      break;
    }
    offset = -1;
    await new Promise((resolve) => setTimeout(resolve, Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries++)));
    if (sending.ended) return;
  }
  fail(entry, "given up");
}

/** No answer, an unexpected offset, locked, too many requests, a server error: a retry may succeed. */
function mayPass(status: number): boolean {
  return status === 0 || status === 409 || status === 423 || status === 429 || status >= 500;
}
