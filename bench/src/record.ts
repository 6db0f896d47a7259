// Records Holdfast's answers, so that a twin can replay them byte for byte.
import { closeViews, get, type Page, type Reply, ticketOf, View } from "./client.js";

/** A response to replay. */
export interface RecordedPage {
  readonly headers: readonly string[];
  readonly body: string;
}

/** A twin's answers: by URL, by topic and event, and by kind of broadcast. */
export interface Script {
  readonly pages: Readonly<Record<string, RecordedPage>>;
  /** By topic and then by event: the payload of the reply, as JSON. */
  readonly replies: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Whole frames. */
  readonly broadcasts: Readonly<Record<BroadcastMode, string>>;
  readonly close: { readonly code: number; readonly reason: string };
}

/** Sizes in bytes; a twin's are the same. */
export interface Sizes {
  /** By path. */
  readonly html: Readonly<Record<string, number>>;
  readonly join: Readonly<Record<string, number>>;
  /** By path: the mean reply to a view's first 200 events. Later ones have longer refs and counts. */
  readonly reply: Readonly<Record<string, number>>;
}

export type BroadcastMode = "assign" | "stream";

/** The event that each page is measured with. */
export interface PageEvent {
  readonly name: string;
  readonly value: (i: number) => object;
}
/** The pages whose events are measured. The rows' events visit all 1,000 rows, out of order. */
export const EVENTS: Readonly<Record<string, PageEvent>> = {
  "/counter": { name: "inc", value: () => ({}) },
  "/rows": { name: "touch", value: (i) => ({ id: String(((i * 7919) % 1000) + 1) }) },
};
/** Logs a user in, so that its sockets can be closed by name. */
export const LOGIN = "/login?user=42";
export const DISCONNECT = "/bench/disconnect?user=42";

/** The page that accepts files, and the event that consumes them. */
export const FILES = "/files";
export const SAVE_FILES = "save";

const FEED = "/feed";
/** Headers that Node writes itself, for each response. */
const NODES_OWN = new Set(["date", "connection", "keep-alive"]);
const REPLIES = 200;

const pairs = (headers: readonly string[]): [string, string][] =>
  Array.from({ length: headers.length / 2 }, (_, i) => [headers[2 * i]!, headers[2 * i + 1]!]);

function recorded({ headers, body }: Page): RecordedPage {
  return { headers: pairs(headers).filter(([name]) => !NODES_OWN.has(name.toLowerCase())).flat(), body };
}

/** The ref of a file's entry: the same for every file, so that the twin recognises the request. */
const ENTRY = "0";
const CHUNK_BYTES = 64_000;
const CHUNK = Buffer.alloc(CHUNK_BYTES, "a");

/** The ref of the view's file input. */
export function uploadRefOf({ ticket }: View): string {
  if (ticket.uploadRef === undefined) throw new Error(`${ticket.url} has no file input`);
  return ticket.uploadRef;
}

/** Sends a file as the npm client does: each chunk after the previous one's answer, with the progress in per cent. */
export async function sendFile(view: View, upload: string, size: number): Promise<{ allowed: Reply; progress: Reply }> {
  const file = { name: "a.bin", size, type: "", ref: ENTRY, relative_path: "" };
  const allowed = await view.push("allow_upload", { ref: upload, entries: [file] });
  const { entries } = allowed.response as { readonly entries?: Readonly<Record<string, string>> };
  const send = await view.joinTopic(`lvu:${ENTRY}`, { token: entries?.[ENTRY] });
  let progress: Reply | undefined;
  let told = 0;
  for (let at = 0; at < size; at += CHUNK_BYTES) {
    const end = Math.min(at + CHUNK_BYTES, size);
    const { status, response } = await send("chunk", CHUNK.subarray(0, end - at));
    if (status !== "ok") throw new Error(`chunk refused: ${JSON.stringify(response)}`);
    const percent = Math.floor((end / size) * 100);
    if (percent === told) continue;
    told = percent;
    progress = await view.push("progress", { event: null, ref: upload, entry_ref: ENTRY, progress: percent });
  }
  return { allowed, progress: progress! };
}

/** The answers of a page that accepts files to one file. */
async function recordUpload(base: string): Promise<{ page: Page; topic: string; replies: Record<string, string> }> {
  const page = await get(base, FILES);
  const ticket = ticketOf(base, FILES, page);
  const { view, reply } = await View.joined(ticket);
  const { allowed, progress } = await sendFile(view, uploadRefOf(view), 3 * CHUNK_BYTES);
  const saved = await view.ask(SAVE_FILES, {});
  await closeViews([view]);
  const answers = { phx_join: reply, allow_upload: allowed, progress, [SAVE_FILES]: saved.reply };
  return {
    page, topic: `lv:${ticket.id}`,
    replies: Object.fromEntries(Object.entries(answers).map(([event, answer]) => [event, JSON.stringify(answer)])),
  };
}

/** The frame that a broadcast sends to a view. The second of two is kept: the first may say more. */
async function recordBroadcast(base: string, mode: BroadcastMode): Promise<string> {
  let received: (text: string) => void = () => {};
  const view = await View.open(ticketOf(base, FEED, await get(base, FEED)), {
    onPush: (event, _bytes, text) => event === "diff" && received(text),
  });
  const once = async (seq: number): Promise<string> => {
    const frame = new Promise<string>((resolve) => (received = resolve));
    await get(base, `/bench/broadcast?mode=${mode}&seq=${seq}`, { method: "POST" });
    return frame;
  };
  await once(1000);
  const frame = await once(1001);
  await closeViews([view]);
  return frame;
}

async function recordClose(base: string): Promise<Script["close"]> {
  const { cookie } = await get(base, LOGIN);
  return new Promise((resolve, reject) => {
    const page = get(base, "/counter", { cookie });
    const opened = page.then((found) =>
      View.open(ticketOf(base, "/counter", found), { onClose: (code, reason) => resolve({ code, reason }) }),
    );
    opened.then(() => get(base, DISCONNECT, { method: "POST" })).catch(reject);
  });
}

/** Records everything that the scenarios ask for. */
export async function record(base: string): Promise<{ script: Script; sizes: Sizes }> {
  const pages: Record<string, RecordedPage> = { [LOGIN]: recorded(await get(base, LOGIN)) };
  const replies: Record<string, Record<string, string>> = {};
  const sizes = { html: {} as Record<string, number>, join: {} as Record<string, number>, reply: {} as Record<string, number> };
  for (const path of [...Object.keys(EVENTS), FEED]) {
    const page = await get(base, path);
    pages[path] = recorded(page);
    sizes.html[path] = Buffer.byteLength(page.body);
    const ticket = ticketOf(base, path, page);
    const { view, reply, bytes } = await View.joined(ticket);
    sizes.join[path] = bytes;
    const ofTopic: Record<string, string> = (replies[`lv:${ticket.id}`] = { phx_join: JSON.stringify(reply) });
    const event = EVENTS[path];
    if (event !== undefined) {
      let sum = 0;
      for (let i = 0; i < REPLIES; i++) {
        const answer = await view.ask(event.name, event.value(i));
        sum += answer.bytes;
        // One from the middle: most others are as long.
        if (i === REPLIES / 2) ofTopic[event.name] = JSON.stringify(answer.reply);
      }
      sizes.reply[path] = sum / REPLIES;
    }
    await closeViews([view]);
  }
  const files = await recordUpload(base);
  pages[FILES] = recorded(files.page);
  replies[files.topic] = files.replies;
  const broadcasts = { assign: await recordBroadcast(base, "assign"), stream: await recordBroadcast(base, "stream") };
  return { script: { pages, replies, broadcasts, close: await recordClose(base) }, sizes };
}
