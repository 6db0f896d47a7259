// What sends files to another server. The client loads it for the first such file: most pages send none.
import { fail, type ExternalEntry, type PresignedMeta, type ResumableMeta } from "./external-entry.js";

/** How often a request is retried without progress, and the delays between retries, ms: the first and the longest. */
const TRIES = 6;
const FIRST_WAIT_MS = 500;
const LAST_WAIT_MS = 10_000;

/** The outcome of a request; status 0: it did not get through. */
interface Answer {
  readonly status: number;
  header(name: string): string | null;
}

/** Sends the requests of one file, until it is no longer wanted. */
class Sending {
  #request: XMLHttpRequest | undefined;
  readonly #wanted: AbortSignal;

  constructor(wanted: AbortSignal) {
    this.#wanted = wanted;
    wanted.addEventListener("abort", () => this.#request?.abort());
  }

  get ended(): boolean {
    return this.#wanted.aborted;
  }

  /**
   * Uses `XMLHttpRequest`, because `fetch` does not report how much of a body has been sent.
   *
   * @param sent called with how many bytes have been sent
   */
  request(
    method: string, url: string, headers: Readonly<Record<string, string>>, body: Blob | FormData | null, sent: (bytes: number) => void,
  ): Promise<Answer> {
    // It may have been given up while this module was loading.
    if (this.ended) return Promise.resolve({ status: 0, header: () => null });
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

/** The percentage, below 100: that is only reported once the other server has answered. */
function under(sent: number, size: number): number {
  return Math.min(99, Math.floor((sent / size) * 100));
}

/** @param wanted aborted once the file is no longer wanted */
export async function sendPresigned(entry: ExternalEntry<PresignedMeta>, wanted: AbortSignal): Promise<void> {
  const sending = new Sending(wanted);
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

/** @param wanted aborted once the file is no longer wanted */
export async function sendResumable(entry: ExternalEntry<ResumableMeta>, wanted: AbortSignal): Promise<void> {
  const sending = new Sending(wanted);
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
