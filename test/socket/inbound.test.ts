// Ways in that are easy to forget: joins of nested views and of uploads, and what comes beside events.
import { html, liveRender, liveView, upload, fileInput, userSocket } from "holdfast";
import { afterEach, describe, expect, it } from "vitest";
import { startLab, type Lab } from "../support/lab.js";
import { Uploader } from "../support/uploads.js";

const mounted: string[] = [];
const heard: unknown[] = [];

const Chat = liveView.define({
  name: "Chat",
  authorize: "public",
  mount: (socket) => void (socket.connected && mounted.push("chat")),
  render: () => html`<p>chat</p>`,
});
const Player = liveView.define({
  name: "Player",
  authorize: "public",
  mount: (socket) => void (socket.connected && mounted.push("player")),
  render: () => html`<p>player</p>`,
});
const Page = liveView.define({
  name: "Page",
  authorize: "public",
  mount: (socket) => ({ told: socket.connectParams, file: upload({ maxEntries: 1, maxFileSize: 100 }) }),
  events: { change: { handle: () => {} } },
  render: ({ told, file }, on) => html`<main>${JSON.stringify([told, "admin" in Object.assign({}, told)])}
    <form phx-change=${on.change}>${fileInput(file)}${file.entries.map(({ clientMeta }) => html`<b>${JSON.stringify([clientMeta, "admin" in Object.assign({}, clientMeta)])}</b>`)}</form>
    ${liveRender(Chat, { id: "chat" })}${liveRender(Player, { id: "player", sticky: true })}</main>`,
});

let lab: Lab;
const SLOW = { admissionsPerSession: 0.001, admissionBurstPerSession: 4, admissionWaitMs: 1_000 };
async function start(limits: Parameters<typeof startLab>[1] = {}): Promise<void> {
  mounted.length = heard.length = 0;
  const socket = userSocket({
    connect: () => ({}),
    id: () => undefined,
    channels: (channel) => ({
      echo: channel({
        join: (_socket, { params }) => {
          heard.push(params);
          return {};
        },
        handleIn: { say: { handle: (_socket, payload) => void heard.push(payload) } },
      }),
    }),
  });
  lab = await startLab({ "/": Page }, { sockets: { "/socket": socket }, ...limits });
}
afterEach(() => lab.close());

describe("a nested view", () => {
  it("is admitted with its page once, and waits for its turn when it is joined again", async () => {
    // A page, a handshake and the page's own join: of the burst one is left.
    await start({ limits: SLOW });
    const page = await lab.open("/");
    await page.child("chat");
    await page.child("chat");
    const code = new Promise((resolve) => page.socket.ws.on("close", resolve));
    void page.child("chat").catch(() => {});
    expect(await code).toBe(1012);
    expect(mounted).toEqual(["chat", "chat"]);
  });

  it("that is sticky waits for its turn, since no page of the socket need show it", async () => {
    await start({ limits: SLOW });
    const page = await lab.open("/");
    await page.child("player");
    const code = new Promise((resolve) => page.socket.ws.on("close", resolve));
    void page.child("player").catch(() => {});
    expect(await code).toBe(1012);
    expect(mounted).toEqual(["player"]);
  });
});

const hostile = (json: string): unknown => JSON.parse(json);
const NOTHING_HOSTILE = { text: "a\ufffd", deep: { "k\ufffd": 1 } };
const HOSTILE = '{"__proto__":{"admin":true},"text":"a\\ud800","deep":{"__proto__":{"admin":true},"k\\udc00":1}}';

describe("what a client says beside its events", () => {
  it("has well-formed texts and no key __proto__: connect params", async () => {
    await start();
    const browser = lab.browser();
    const page = await browser.get("/");
    const { response } = await (await browser.socket()).join(page, { params: hostile(HOSTILE) });
    const [text] = /\[\{.*?\},(?:true|false)\]/.exec(JSON.stringify(response).replaceAll("&quot;", '"'))!;
    expect(JSON.parse(text)).toEqual([NOTHING_HOSTILE, false]);
  });

  it("has well-formed texts and no key __proto__: a channel's join and its messages", async () => {
    await start();
    const browser = lab.browser();
    await browser.get("/");
    const socket = await browser.socket({ path: "/socket/websocket" });
    const ref = socket.ref();
    const frame = (event: string, own: string): string => `["${ref}","${own}","echo","${event}",${HOSTILE}]`;
    socket.raw(frame("phx_join", ref));
    expect((await socket.reply(ref)).status).toBe("ok");
    const said = socket.ref();
    socket.raw(frame("say", said));
    await socket.reply(said);
    expect(heard).toEqual([NOTHING_HOSTILE, NOTHING_HOSTILE]);
    expect(heard.map((one) => "admin" in Object.assign({}, one))).toEqual([false, false]);
  });

  it("has well-formed texts and no key __proto__: what a page's script says of a chosen file", async () => {
    await start();
    const view = await lab.open("/");
    const up = new Uploader(view, "change");
    const ref = view.socket.ref();
    view.socket.raw(`["${view.socket.joinRefs.get(view.topic)}","${ref}","${view.topic}","event",{"type":"form","event":"change","value":"",
      "uploads":{"${up.ref}":[{"ref":"0","name":"a.txt","size":1,"type":"","meta":${HOSTILE}}]}}]`);
    const shown = JSON.stringify((await view.socket.reply(ref)).response).replaceAll("&quot;", '"');
    expect(shown).toContain(`[${JSON.stringify(NOTHING_HOSTILE)},false]`);
  });
});

it("a file's channel that is refused is logged with its reason", async () => {
  await start();
  const view = await lab.open("/");
  const up = new Uploader(view, "change");
  expect(await up.join("0", "no token")).toMatchObject({ status: "error", response: { reason: "invalid_token" } });
  const begun = await up.begin("a.txt", 10);
  expect(lab.log.filter(({ message }) => message === "upload refused").map(({ details }) => details)).toEqual([{ topic: "lvu:0", reason: "invalid_token" }]);
  expect(begun).toBe("0");
});

it("a topic whose name is longer than a frame can say is nobody's, and is not written into a log", async () => {
  await start();
  const browser = lab.browser();
  await browser.get("/");
  const socket = await browser.socket();
  for (const topic of [`lv:${"x".repeat(253)}`, `lvu:${"0".repeat(50_000)}`]) {
    expect((await socket.call(socket.ref(), topic, "phx_join", {})).response).toEqual({ reason: "unmatched topic" });
  }
  expect(lab.log).toEqual([]);
});
