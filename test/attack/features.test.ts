import {
  callMessage, callView, html, liveView, localPath, navigate, patch, presence, redirect, userSocket, type LiveView, type ViewAddress,
} from "holdfast";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { z } from "zod";
import { startLab, type Joined, type Lab } from "../support/lab.js";
import { RawSocket, type Reply } from "../support/raw-socket.js";
import { attack, ONCE } from "./support/attack.js";

const ran: string[] = [];
const hit = (what: string): void => void ran.push(what);

const total = callMessage<{ add: number }, number>("total");
let address: ViewAddress = "";

/** Shows who is in the room, and answers calls. */
const Room = liveView.define({
  name: "Room",
  authorize: () => {
    hit("Room.policy");
    return true;
  },
  topics: () => ({ total }),
  mount(socket) {
    if (socket.connected) address = socket.address;
    return { online: presence("room:7", { key: "victim", meta: { name: "Victim" } }) };
  },
  messages: {
    total(_socket, { add }) {
      hit(`Room.total ${add}`);
      return add + 1;
    },
  },
  render: ({ online }) => {
    hit("Room.render");
    return html`<p>${online.list.map(({ key }) => key).join(" ")}</p>`;
  },
});

/** Sends its visitor wherever the URL says. */
const Gone: LiveView = liveView.define({
  name: "Gone", authorize: "public", params: z.object({ to: z.string() }),
  mount: (_socket, { params: { to } }) => redirect(to), render: () => html`<p>stayed</p>`,
});

/** Sends its visitor, over the socket, wherever an event, a patch or a message says. */
const Sent = liveView.define({
  name: "Sent", authorize: "public", params: z.object({ to: z.string().optional() }),
  handleParams: (_socket, { params: { to } }) => (to === undefined ? undefined : redirect(to)),
  events: {
    send: {
      from: "anywhere", params: z.object({ how: z.string(), to: z.string() }),
      handle(socket, { how, to }) {
        hit(`Sent.send ${how}`);
        if (how === "flash") socket.putFlash("info", to);
        if (how === "pushPatch") return socket.pushPatch(to);
        if (how === "pushNavigate") return socket.pushNavigate(to);
        if (how === "later") return void socket.sendAfter(0, () => socket.redirect(to));
        return how === "navigate" ? navigate(to) : how === "patch" ? patch(to) : redirect(to);
      },
    },
  },
  render: () => html`<p>stayed</p>`,
});
const WAYS = ["redirect", "navigate", "patch", "flash", "pushPatch", "pushNavigate", "later"] as const;

/** The same room for clients that are no views: each is in it under its own name. */
const chat = userSocket({
  connect: ({ params }) => ({ name: String(params["name"]) }),
  channels: (channel) => ({
    "room:*": channel({
      join(socket) {
        socket.track(socket.assigns.name, { mood: "calm" });
        return {};
      },
      handleIn: {
        mood: {
          params: z.looseObject({ mood: z.string() }),
          handle: ({ assigns, update }, meta) => {
            hit(`chat.mood ${meta.mood}`);
            // Whatever came, as a careless application does.
            update(assigns.name, meta);
          },
        },
      },
    }),
  }),
});

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ "/": Room, "/gone": Gone, "/sent": Sent }, {
    sockets: { "/chat": chat }, limits: { admissionBurstPerSession: 1e6, admissionBurstPerIp: 1e6, rejoinBurstPerIp: 1e6 },
    routes(app) {
      app.post("/enter", async (c) => {
        const { returnTo } = await c.req.parseBody();
        return c.redirect(localPath(String(returnTo)) ?? "/");
      });
    },
  });
});
afterAll(() => lab.close());
beforeEach(() => void (ran.length = 0));
afterEach(() => lab.cut());

/** Names of what nodes and clients say about presence and calls, and of what an attacker would wish for. */
const WORDS = [
  "presence_diff", "presence_state", "phx_presence", "track", "update", "untrack", "presence", "online", "total", "call", "messages",
  "holdfast:presence", "holdfast:presence:state", "holdfast:call", "broadcast",
];

attack("presence-forged", ONCE, async ({ tally }) => {
  const room = await lab.open("/");
  const mallory = await RawSocket.connect(lab.base, { path: "/chat/websocket?name=mallory" });
  try {
    expect(await mallory.call("1", "room:7", "phx_join")).toMatchObject({ status: "ok" });
    await room.socket.frame(([, , , event, payload]) => event === "diff" && JSON.stringify(payload).includes("mallory"), "mallory on the page");
    const before = structuredClone(lab.endpoint.presences.list("room:7"));
    expect(Object.keys(before).sort()).toEqual(["mallory", "victim"]);
    const [victim] = before["victim"]!.metas;
    const forged = [
      { joins: { admin: { metas: [{ phx_ref: "forged" }] } }, leaves: { victim: before["victim"] } },
      { kind: "change", clock: 1, joins: [{ id: 1, topic: "room:7", key: "admin", meta: { phx_ref: "forged" } }], leaves: [1] },
      { kind: "bye" }, { key: "victim", meta: { name: "Mallory" } }, { key: "victim", phx_ref: victim!.phx_ref }, "victim", null,
    ];
    ran.length = 0;
    for (const event of WORDS) {
      for (const payload of forged) {
        await mallory.call("1", "room:7", event, payload);
        await room.call(event, payload);
        await room.call("event", { type: "click", event, value: payload });
        tally.refused(3);
      }
    }
    for (const topic of ["holdfast:presence", "holdfast:presence:state", "room:7"]) {
      expect((await room.socket.call("9", topic, "phx_join", {})).status).toBe("error");
      tally.refused();
    }
    expect({ ran, list: lab.endpoint.presences.list("room:7") }).toEqual({ ran: [], list: before });
    // What its channel takes changes its own entry.
    expect((await mallory.call("1", "room:7", "mood", { mood: "wild", phx_ref: victim!.phx_ref, phx_ref_prev: "forged" })).status).toBe("ok");
    const { mallory: own, ...others } = lab.endpoint.presences.list("room:7");
    expect(own!.metas).toEqual([{ mood: "wild", phx_ref: expect.not.stringContaining(victim!.phx_ref) as string, phx_ref_prev: before["mallory"]!.metas[0]!.phx_ref }]);
    expect(others).toEqual({ victim: before["victim"] });
    tally.held();
  } finally {
    mallory.terminate();
  }
});

attack("calls-forged", ONCE, async ({ tally }) => {
  const room = await lab.open("/");
  // The address is no secret from whoever attacks here.
  const payloads = [{ to: address, call: "total", payload: { add: 5 } }, { add: 5 }, [address, "total", { add: 5 }], address];
  ran.length = 0;
  for (const payload of payloads) {
    for (const event of WORDS) {
      await room.call(event, payload);
      await room.call("event", { type: "click", event, value: payload });
      await room.socket.call(null, "phoenix", event, payload);
      tally.refused(3);
    }
    for (const topic of ["holdfast:call", address, "total"]) {
      expect((await room.socket.call("9", topic, "phx_join", payload)).status).toBe("error");
      await room.socket.call("9", topic, "total", payload);
      tally.refused(2);
    }
  }
  expect(ran).toEqual([]);
  expect(await callView(lab.endpoint.pubsub, address, total, { add: 5 })).toBe(6);
  expect(ran).toContain("Room.total 5");
  tally.held();
});

/** The events of the frames that a view was sent until it ended, without the answer to its join. */
async function told(view: Joined): Promise<readonly string[]> {
  await view.socket.frame(([, , topic, event]) => topic === view.topic && event === "phx_error", "the view's end");
  await view.socket.heartbeat();
  const joined = view.socket.joinRefs.get(view.topic);
  return view.socket.frames.filter(([, ref, topic, event]) => topic === view.topic && !(ref === joined && event === "phx_reply")).map(([, , , event]) => event);
}

attack("returned-elsewhere", ONCE, async ({ tally }) => {
  const { host, port } = new URL(lab.base);
  const targets = [
    "//evil.test", "///evil.test", "/\\evil.test", "\\\\evil.test", "\\/evil.test", "/\t/evil.test", "/\n/evil.test", "\t//evil.test", " //evil.test",
    "/.//evil.test", "/a/..//evil.test", "/%2e//evil.test", "https://evil.test", "https:evil.test", "https:/evil.test", `http://${host}@evil.test`,
    `//${host}.evil.test`, `http://${host}/`, `//${host}/`, `http://127.0.0.1:${Number(port) + 1}/`, `https://${host}/`, "javascript:alert(1)",
    "java\nscript:alert(1)", "data:text/html,x", "blob:evil.test", "evil.test", "@evil.test", "／／evil.test", "/a\r\nset-cookie: forged=1", "/\0", "",
  ];
  for (const to of targets) {
    const browser = lab.browser();
    await browser.get("/");
    const answer = await browser.post("/enter", { returnTo: to });
    expect({ to, status: answer.status, location: answer.headers.get("location"), cookie: answer.headers.get("set-cookie") })
      .toEqual({ to, status: 302, location: "/", cookie: null });
    const asked = await browser.fetch(`/gone?to=${encodeURIComponent(to)}`);
    expect({ to, status: asked.status, location: asked.headers.get("location") }).toEqual({ to, status: 500, location: null });
    expect(await asked.text()).not.toContain("evil");
    tally.refused(2);
    // A live navigation to the view that redirects, and a patch to the URL at which it does.
    const view = await lab.open("/sent", browser);
    const joined = await (await browser.socket()).join(view.page, { url: undefined, redirect: `${lab.base}/gone?to=${encodeURIComponent(to)}` });
    view.post("live_patch", { url: `${lab.base}/sent?to=${encodeURIComponent(to)}` });
    expect({ to, joined: joined.response, told: await told(view) }).toEqual({ to, joined: { reason: "join crashed" }, told: ["phx_error"] });
    tally.refused(2);
    for (const how of WAYS) {
      const sent = await lab.open("/sent", browser);
      lab.log.length = 0;
      sent.sendEvent("send", { how, to });
      const answered = how === "later" ? ["phx_reply"] : [];
      expect({ to, how, told: await told(sent), why: lab.log.filter(({ message }) => message === "view crashed").map(({ details }) => (details["error"] as { code?: string }).code) })
        .toEqual({ to, how, told: [...answered, "phx_error"], why: ["redirect_refused"] });
      tally.refused();
    }
    await lab.cut();
  }
  const browser = lab.browser();
  const page = await browser.get("/");
  // What only looks like another place stays here, in whatever way it is spelled.
  for (const to of ["/posts/1?a=b#c", "/%2f/evil.test", "/%5cevil.test", "/@evil.test", "/a//evil.test", "/https://evil.test", "/javascript:alert(1)"]) {
    const answer = await browser.post("/enter", { returnTo: to });
    const asked = await browser.fetch(`/gone?to=${encodeURIComponent(to)}`);
    for (const location of [answer.headers.get("location")!, asked.headers.get("location")!]) {
      expect(new URL(location, page.url)).toMatchObject({ origin: lab.base, pathname: new URL(to, lab.base).pathname });
      tally.held();
    }
    for (const how of WAYS.filter((way) => !way.toLowerCase().includes("patch"))) {
      const sent = await lab.open("/sent", browser);
      sent.sendEvent("send", { how, to });
      const event = how.includes("avigate") ? "live_redirect" : "redirect";
      const said = await sent.socket.frame(([, , topic, kind, payload]) => topic === sent.topic && (kind === event || (payload as Reply).response?.[event] !== undefined), event);
      const payload = (said[3] === event ? said[4] : (said[4] as Reply).response[event]) as { to: string; flash?: string };
      expect(new URL(payload.to, page.url)).toMatchObject({ origin: lab.base, pathname: new URL(to, lab.base).pathname });
      expect({ how, flash: payload.flash !== undefined }).toEqual({ how, flash: how === "flash" });
      tally.held();
    }
  }
});
