// Uploads files as fast as the server accepts them, like the client: one chunk at a time, each after the previous one's answer.
// node upload-flood.mjs <base> <bytes per file> <files at a time>; reports { sent } after each round, ends with its parent.
import { WebSocket } from "ws";

const [base, bytes, atOnce] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const CHUNK = 64_000;
const data = Buffer.alloc(CHUNK, "a");

const response = await fetch(new URL("/files", base));
const page = await response.text();
const cookie = response.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
const attribute = (name) => new RegExp(` ${name}="([^"]*)"`).exec(page)?.[1] ?? null;
const csrf = /name="csrf-token" content="([^"]*)"/.exec(page)[1];
const topic = `lv:${/<div id="([^"]+)" data-phx-main/.exec(page)[1]}`;
const uploadRef = attribute("data-phx-upload-ref");
const submit = attribute("phx-submit");

const url = new URL(`/live/websocket?vsn=2.0.0&_csrf_token=${encodeURIComponent(csrf)}`, base);
const ws = new WebSocket(url.href.replace(/^http/, "ws"), { headers: { cookie, origin: base } });
await new Promise((resolve, reject) => ws.once("open", resolve).once("error", reject));
let refs = 0;
const waiting = new Map();
ws.on("message", (text) => {
  const [, ref, , event, payload] = JSON.parse(text);
  if (event === "phx_reply") waiting.get(ref)?.(payload);
});
function call(joinRef, of, event, payload) {
  const ref = String(++refs);
  const reply = new Promise((resolve) => waiting.set(ref, resolve));
  if (payload instanceof Buffer) {
    const fields = [joinRef, ref, of, event].map((field) => Buffer.from(field));
    ws.send(Buffer.concat([Buffer.from([0, ...fields.map(({ length }) => length)]), ...fields, payload]));
  } else {
    ws.send(JSON.stringify([joinRef ?? ref, ref, of, event, payload]));
  }
  return reply.then((answer) => {
    waiting.delete(ref);
    if (answer.status !== "ok") throw new Error(`${event}: ${JSON.stringify(answer)}`);
    return answer.response;
  });
}
const viewJoin = String(refs + 1);
await call(null, topic, "phx_join", {
  url: new URL("/files", base).href, params: { _csrf_token: csrf, _mounts: 0 }, session: attribute("data-phx-session"),
  static: attribute("data-phx-static"), sticky: false,
});

let files = 0;
async function one(ref, token) {
  const joinRef = String(refs + 1);
  await call(null, `lvu:${ref}`, "phx_join", { token });
  let percent = 0;
  for (let at = 0; at < bytes; at += CHUNK) {
    await call(joinRef, `lvu:${ref}`, "chunk", data.subarray(0, Math.min(CHUNK, bytes - at)));
    const now = Math.floor((Math.min(at + CHUNK, bytes) / bytes) * 100);
    if (now === percent) continue;
    percent = now;
    await call(viewJoin, topic, "progress", { event: null, ref: uploadRef, entry_ref: ref, progress: percent });
  }
}
for (;;) {
  const entries = Array.from({ length: atOnce }, () => ({ name: "a.bin", size: bytes, type: "", ref: String(files++), relative_path: "" }));
  const { entries: tokens } = await call(viewJoin, topic, "allow_upload", { ref: uploadRef, entries });
  await Promise.all(entries.map(({ ref }) => one(ref, tokens[ref])));
  await call(viewJoin, topic, "event", { type: "form", event: submit, value: "" });
  process.send?.({ sent: bytes * atOnce });
}
