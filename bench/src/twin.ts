// The twin: bare `node:http` and `ws` that answer pages, joins, events, broadcasts and disconnects with the bytes that Holdfast
// was recorded to answer with, and write the chunks of a file to disk. It has no session, view, template or diff: what Holdfast
// costs beyond it is what Holdfast does. With TOGETHER=1 it also writes as Holdfast does (src/transport/outbox.ts). Without, it
// is the floor: a plain server.
import "./end-with-parent.js";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import type { BroadcastMode, Script } from "./record.js";

const script = JSON.parse(readFileSync(0, "utf8")) as Script;
const together = process.env["TOGETHER"] === "1";
const pages = new Map(Object.entries(script.pages));
const replies = new Map(Object.entries(script.replies).map(([topic, ofTopic]) => [topic, new Map(Object.entries(ofTopic))]));
const OK = `{"status":"ok","response":{}}`;

/** A text message as one frame, in one buffer: `ws.send` makes two writes of it. */
function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = 0x81;
  frame[1] = head === 2 ? length : head === 4 ? 126 : 127;
  if (head === 4) frame.writeUInt16BE(length, 2);
  if (head === 10) frame.writeBigUInt64BE(BigInt(length), 2);
  frame.write(text, head);
  return frame;
}

/** How long the first frame waits for others, in milliseconds, and the largest frame that waits: as in Holdfast. */
const TOGETHER_MS = 1;
const SMALL = 16 * 1024;
type Peer = { readonly ws: WebSocket; readonly socket: Duplex };
let waiting: (readonly [Peer, Buffer])[] = [];
let since = 0;
let due = false;

function flush(): void {
  const all = waiting;
  waiting = [];
  for (const [{ ws, socket }, frame] of all) if (ws.readyState === WebSocket.OPEN) socket.write(frame);
}

function passed(): void {
  due = false;
  flush();
}

function send(peer: Peer, text: string): void {
  if (!together) return peer.ws.send(text);
  const frame = textFrame(text);
  if (waiting.push([peer, frame]) === 1) since = performance.now();
  else if (performance.now() - since > TOGETHER_MS) flush();
  if (frame.length > SMALL) flush();
  if (due) return;
  due = true;
  setImmediate(passed);
}

const peers = new Set<Peer>();
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, clientTracking: false });

/** A file for chunks. It is unlinked as soon as it is open, so nothing is left of it. */
async function newFile(): Promise<FileHandle> {
  const path = join(tmpdir(), randomUUID());
  const file = await open(path, "wx", 0o600);
  await rm(path);
  return file;
}

/** A binary message: kind, four lengths, join ref, ref, topic, event, bytes. */
async function writeChunk(peer: Peer, file: FileHandle, data: Buffer): Promise<void> {
  const fields: string[] = [];
  let at = 5;
  for (let i = 1; i <= 4; i++) fields.push(data.toString("utf8", at, (at += data[i]!)));
  await file.write(data, at);
  const [joinRef, ref, topic] = fields;
  send(peer, `["${joinRef}","${ref}","${topic}","phx_reply",${OK}]`);
}

function connected(ws: WebSocket, socket: Duplex): void {
  const peer = { ws, socket };
  let file: Promise<FileHandle> | undefined;
  const endFile = (): void => void file?.then((open) => open.close());
  peers.add(peer);
  ws.on("close", () => {
    peers.delete(peer);
    endFile();
  });
  ws.on("message", (data, isBinary) => {
    if (isBinary) return void file?.then((open) => writeChunk(peer, open, data as Buffer));
    const [joinRef, ref, topic, event, payload] = JSON.parse((data as Buffer).toString()) as [
      string,
      string,
      string,
      string,
      { event?: string },
    ];
    if (event === "phx_join" && topic.startsWith("lvu:")) {
      endFile();
      file = newFile();
    }
    const reply = replies.get(topic)?.get(event === "event" ? payload.event! : event) ?? OK;
    send(peer, `[${JSON.stringify(joinRef)},"${ref}","${topic}","phx_reply",${reply}]`);
  });
}

function stats(): string {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return JSON.stringify({ rss_kib: rss >> 10, heap_kib: heapUsed >> 10, cpu_us: user + system });
}

const server = createServer((request, response) => {
  const page = pages.get(request.url!);
  if (page !== undefined) {
    response.writeHead(200, page.headers as string[]);
    response.end(page.body);
    return;
  }
  const { pathname, searchParams } = new URL(request.url!, "http://twin");
  switch (pathname) {
    case "/bench/broadcast": {
      const frame = script.broadcasts[searchParams.get("mode") as BroadcastMode];
      for (const peer of peers) send(peer, frame);
      break;
    }
    case "/bench/disconnect":
      for (const { ws } of peers) ws.close(script.close.code, script.close.reason);
      break;
    case "/bench/gc":
      globalThis.gc?.();
      break;
  }
  response.end(stats());
});
server.on("upgrade", (request, socket, head) => sockets.handleUpgrade(request, socket, head, (ws) => connected(ws, socket)));
server.listen(Number(process.env["PORT"]), "127.0.0.1", () => console.log("ready"));
