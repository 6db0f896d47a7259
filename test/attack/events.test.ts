import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from "vitest";
import { Chance } from "../support/chance.js";
import { eventually, type Joined } from "../support/lab.js";
import type { Reply } from "../support/raw-socket.js";
import { attack, ONCE, type Tally } from "./support/attack.js";
import { boardChanged, ROWS, startTarget, type Target } from "./support/target.js";

const NOTHING: Reply = { status: "ok", response: {} };

let app: Target;
let joined: Joined;
beforeAll(async () => {
  app = await startTarget();
});
afterAll(() => app.close());
beforeEach(async () => {
  joined = await app.open("/");
  app.ran.length = 0;
});
afterEach(async () => {
  vi.useRealTimers();
  await app.cut();
});

/** An event as an attacker sends it. */
interface Forged {
  readonly event: unknown;
  readonly value?: unknown;
  readonly cid?: unknown;
}

/** Sends events, and expects that each is answered with nothing and that nothing of the application runs. */
async function expectRefused(to: Joined, tally: Tally, events: readonly Forged[]): Promise<void> {
  app.ran.length = 0;
  const refs = events.map(({ event, value, cid }) => to.sendEvent(event, value, cid));
  for (const [i, ref] of refs.entries()) expect({ event: events[i], reply: await to.socket.reply(ref) }).toEqual({ event: events[i], reply: NOTHING });
  expect(app.ran).toEqual([]);
  tally.refused(events.length);
}

/** Sends an event that counts, and expects that exactly this handler runs. */
async function expectHandled(to: Joined, tally: Tally, handler: string, event: string, value?: unknown, cid?: unknown): Promise<void> {
  app.ran.length = 0;
  await to.event(event, value, cid);
  expect(app.ran.filter((one) => !/render|policy/.test(one))).toEqual([handler]);
  tally.held();
}

/** The names under which a join's answer says that stream items are clicked. */
function sealedNames(rendered: unknown, event: string): string[] {
  return [...JSON.stringify(rendered).matchAll(new RegExp(`${event}~[\\w=.~%-]*`, "g"))].map(([name]) => name);
}

/** Events that were not rendered, near and far from those that were. */
function forgery(chance: Chance): Forged {
  const far = ROWS + chance.below(1_000_000);
  const near = chance.below(ROWS);
  return chance.one<() => Forged>([
    () => ({ event: `remove~id=${far}` }),
    () => ({ event: `remove~id=.${near}` }), // the number as a text
    () => ({ event: `remove~id=#${near}` }),
    () => ({ event: `remove~id=${near},id=${far}` }),
    () => ({ event: `remove~id=${near}.0` }),
    () => ({ event: `remove~id=0${near}` }),
    () => ({ event: `remove~id=${near} ` }),
    () => ({ event: `remove~ID=${near}` }),
    () => ({ event: `remove~id=${near}~` }),
    () => ({ event: `remove~id=${near}~~${chance.next()}` }),
    () => ({ event: `inc~id=${near}` }),
    () => ({ event: "remove", value: { id: near } }),
    () => ({ event: "rename", value: { id: near, name: "x" } }),
    () => ({ event: "hidden" }),
    () => ({ event: chance.one(["constructor", "__proto__", "toString", "mount", "render", "handleParams", "Board.inc", "lv:inc", "", " inc", "inc ", "INC"]) }),
    () => ({ event: chance.one<unknown>([null, 7, true, ["inc"], { event: "inc" }, [["push", { event: "inc" }]]]) }),
    () => ({ event: "inc", cid: chance.one<unknown>([3, 99, -1, 0.5, "1e0", "x", {}, [], true]) }),
    () => ({ event: `remove~id=${near}`, cid: 1 + chance.below(2) }),
  ])();
}

attack("forged-events", { small: { events: 1_000 }, full: { events: 10_000 } }, async ({ size, seed, tally, figure }) => {
  const chance = new Chance(seed);
  let handled = 0;
  for (let left = size.events; left > 0; left -= 200) {
    await expectRefused(joined, tally, Array.from({ length: Math.min(200, left) }, () => forgery(chance)));
    // Their twins, which stand in the page.
    for (let i = 0; i < Math.min(200, left); i++) {
      const id = chance.below(ROWS);
      await expectHandled(joined, tally, `Board.remove ${id}`, `remove~id=${id}`);
      handled++;
    }
  }
  figure("handled", handled);
});

attack("bound-values-changed", ONCE, async ({ tally }) => {
  const values = ["41", "-1", "1e3", ".1", "!", "!1", "@0", ":{}", ":1", "NaN", "Infinity", "", "%31", "1,2", "1,x=2", "1,__proto__=.x"];
  await expectRefused(joined, tally, values.map((value) => ({ event: `remove~id=${value}` })));
  await expectHandled(joined, tally, "Board.remove 1", "remove~id=1");
});

attack("bound-values-overwritten", ONCE, async ({ tally }) => {
  for (const value of [{ id: 39 }, { id: "39" }, { id: null }, { id: [39] }]) {
    app.ran.length = 0;
    await joined.event("remove~id=1", value);
    await joined.event("rename~id=1", { ...value, name: "x", extra: 1 });
    expect(app.ran.filter((one) => one.includes("remove") || one.includes("rename"))).toEqual(["Board.remove 1", "Board.rename 1 x 1"]);
    tally.refused(2);
  }
  app.ran.length = 0;
  const form = { type: "form", event: "rename~id=1", value: "name=x&id=39&id[]=39", meta: { id: 39 } };
  await joined.call("event", form);
  await joined.call("event", { ...form, value: "name=y&extra=kept", meta: {} });
  expect(app.ran.filter((one) => one.includes("rename"))).toEqual(["Board.rename 1 x null", 'Board.rename 1 y "kept"']);
  tally.refused();
  tally.held();
});

attack("removed-long-ago", ONCE, async ({ tally }) => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const own = await app.open("/");
  await own.event("toggle");
  // A moment ago: clicks and diffs cross.
  await expectHandled(own, tally, "Board.gone", "gone");
  vi.setSystemTime(Date.now() + 29_000);
  await expectHandled(own, tally, "Board.gone", "gone");
  vi.setSystemTime(Date.now() + 2_000);
  await expectRefused(own, tally, [{ event: "gone" }]);
  await expectHandled(own, tally, "Board.inc", "inc");
});

attack("strict", ONCE, async ({ tally }) => {
  const refs = Array.from({ length: 20 }, () => joined.sendEvent("buy"));
  for (const ref of refs) await joined.socket.reply(ref);
  expect(app.ran.filter((one) => one === "Board.buy")).toHaveLength(3);
  tally.held(3);
  tally.refused(17);
});

attack("disabled", ONCE, async ({ tally }) => {
  await expectHandled(joined, tally, "Board.disabled", "disabled");
  vi.useFakeTimers({ toFake: ["Date"] });
  await joined.event("toggle");
  vi.setSystemTime(Date.now() + 31_000);
  await expectRefused(joined, tally, [{ event: "disabled" }]);

  const fieldset = await app.open("/fieldset");
  await expectRefused(fieldset, tally, [{ event: "act" }]);
  await fieldset.event("toggle");
  await expectHandled(fieldset, tally, "Fieldset.act", "act");
});

attack("stream-items-never-rendered", ONCE, async ({ tally }) => {
  const [one = "", two = ""] = sealedNames(joined.rendered, "keep");
  expect(one).toMatch(/^keep~id=1~~/);
  const proofOf = (name: string): string => name.slice(name.indexOf("~~"));
  const other = await app.open("/");
  const [foreign = ""] = sealedNames(other.rendered, "keep");
  expect(foreign).toMatch(/^keep~id=1~~/);
  const twin = await app.open("/twin", joined.browser);
  const twins = sealedNames(twin.rendered, "keep");
  const stamp = sealedNames(joined.rendered, "remove").find((name) => name.includes("~~"))!;
  await expectRefused(joined, tally, [
    { event: "keep~id=1" }, { event: "keep~id=1~~" }, { event: "keep~id=1~~x" }, // without a proof
    { event: `keep~id=3${proofOf(one)}` }, { event: `keep~id=1${proofOf(two)}` }, { event: `inc${proofOf(one)}` }, // with another's
    { event: `hidden${proofOf(one)}` }, { event: `remove~id=1${proofOf(one)}` }, { event: `keep${proofOf(one)}` },
    { event: `${one}x` }, { event: one.slice(0, -1) }, { event: `${one}${proofOf(one)}` }, { event: `keep~id=1${proofOf(one).toUpperCase()}` },
    { event: foreign }, // of another session
    ...twins.map((event) => ({ event })), // of another view
    { event: one, cid: 1 }, { event: one, cid: 2 }, { event: stamp }, { event: stamp, cid: 99 }, // for another target
  ]);
  app.ran.length = 0;
  for (const cid of [1, 2]) await joined.event(stamp, {}, cid);
  expect(app.ran.filter((ran) => ran === "Card.remove 1")).toHaveLength(1); // by its own component, and not by the other
  await expectHandled(joined, tally, "Board.keep 1", one);
  await expectHandled(joined, tally, "Board.keep 2", two);
  await expectHandled(twin, tally, "Twin.keep 9", twins[1]!);

  // A live navigation keeps the topic, and so the element's id: its proofs are the view's all the same.
  const { response } = await joined.socket.join(joined.page, { url: undefined, redirect: `${app.base}/twin` });
  await expectRefused(joined, tally, [{ event: one }, { event: two }]);
  await expectHandled(joined, tally, "Twin.keep 8", sealedNames(response["rendered"], "keep")[0]!);
});

/** A name in which something has been changed. */
function misspelt(name: string, chance: Chance): string {
  const at = chance.below(name.length);
  const other = chance.one([..."~=,.!:%xX1_- \n\0é"]);
  return chance.one([name.slice(0, at) + name.slice(at + 1), name.slice(0, at) + other + name.slice(at + 1), name.slice(0, at) + other + name.slice(at)]);
}

attack("stream-fields", { small: { names: 200, values: 100 }, full: { names: 10_000, values: 2_000 } }, async ({ seed, size, tally }) => {
  const chance = new Chance(seed);
  const [one = "", two = ""] = sealedNames(joined.rendered, "file");
  expect(one).toMatch(/^file~~[\w-]{16}~owner=\.of%201$/);
  const [foreign = ""] = sealedNames((await app.open("/")).rendered, "file");
  const proofOf = (name: string): string => name.split("~")[2]!;
  const fields = "owner=of+1&text=t";
  const forged = [
    "file", `file~~${proofOf(one)}`, `file~~${proofOf(one)}~`, `file~~${proofOf(two)}~owner=.of%201`, `file~~${proofOf(one)}~owner=.of%202`, foreign,
    `${one},text=.x`, `${one}~`, `keep~id=1~~${proofOf(one)}~owner=.of%201`, `file~~${proofOf(one)}~${one}`, `file~owner=.of%201~~${proofOf(one)}`,
    ...Array.from({ length: size.names }, () => misspelt(chance.one([one, two]), chance)).filter((name) => name !== one && name !== two),
  ];
  for (let at = 0; at < forged.length; at += 500) {
    await expectRefused(joined, tally, forged.slice(at, at + 500).map((event) => ({ event, value: { owner: "of 1", text: "t" } })));
  }
  // Its own name, with other values: the handler gets the page's.
  const others = ["of+2", "", "%00", "of%201%0d%0a", "__proto__", "x".repeat(1_000)];
  const spellings = ["owner=", "owner=&owner=", "owner[]=", "owner[x]=", "owner[owner]=", "%6fwner=", "owner[__proto__]=", "_unused_owner=&owner="];
  for (let i = 0; i < size.values; i++) {
    const value = `text=t&${chance.one(spellings)}${chance.one(others)}${chance.maybe(0.5) ? `&${fields}` : ""}`;
    app.ran.length = 0;
    const sent = chance.maybe(0.7) ? { type: "form", value } : { type: chance.one(["click", "hook", null]), value: Object.fromEntries(new URLSearchParams(value)) };
    await joined.call("event", { ...sent, event: one, meta: chance.maybe(0.2) ? { owner: "of 2" } : {} });
    for (const ran of app.ran.filter((ran) => ran.startsWith("Board.file"))) expect([ran, value, ran.includes(`"owner":"of 1"`)]).toEqual([ran, value, true]);
    tally.refused();
  }
  for (const [id, name] of [one, two].entries()) {
    app.ran.length = 0;
    await joined.call("event", { type: "form", event: name, value: `owner=of+${id + 1}&text=t`, meta: {} });
    expect(app.ran.filter((ran) => ran.startsWith("Board.file"))).toEqual([`Board.file {"owner":"of ${id + 1}","text":"t"}`]);
    tally.held();
  }
});

attack("from-anywhere", ONCE, async ({ tally }) => {
  await expectHandled(joined, tally, "Board.ping", "ping");
  // It says nothing of its neighbours, values that nobody has bound are not taken, and no handler runs without its own.
  await expectRefused(joined, tally, [{ event: "hidden" }, { event: "ping~id=1" }, { event: "pick~id=1" }, { event: "pick" }, { event: "ping", cid: 1 }]);
});

attack("wrong-components", ONCE, async ({ tally }) => {
  const cids: unknown[] = [0, 3, 99, -1, 1.5, 2 ** 53, "1 ", "01", "one", "__proto__", "constructor", [], {}, [1], true];
  await expectRefused(joined, tally, [
    ...cids.map((cid) => ({ event: "open", cid })), ...cids.map((cid) => ({ event: "inc", cid })), { event: "inc", cid: 1 }, { event: "open" },
  ]);
  await expectHandled(joined, tally, "Card.open", "open", {}, 1);
  await expectHandled(joined, tally, "Card.open", "open", {}, 2);
});

attack("replays", ONCE, async ({ tally }) => {
  const { socket, topic } = joined;
  const joinRef = socket.joinRefs.get(topic)!;
  const send = (join: string | null, ref: string | null): void =>
    socket.send(join, ref, topic, "event", { type: "click", event: "inc", value: {} });
  send(joinRef, "1000");
  await socket.reply("1000");
  expect(app.ran.filter((one) => one === "Board.inc")).toHaveLength(1);
  tally.held();
  app.ran.length = 0;
  const replayed: [string | null, string | null][] = [
    [joinRef, "1000"], [joinRef, "999"], [joinRef, "1"], [joinRef, null], [null, "1001"], ["0", "1002"], [String(Number(joinRef) + 1), "1003"],
  ];
  for (const [join, ref] of replayed) send(join, ref);
  await socket.heartbeat();
  // Heartbeats overtake what waits in the view's mailbox: an event behind them shows that it is empty.
  send(joinRef, "2000");
  await socket.reply("2000");
  expect(app.ran.filter((one) => one === "Board.inc")).toHaveLength(1);
  tally.refused(replayed.length);
  tally.held();
});

attack("internal-callbacks", ONCE, async ({ tally }) => {
  const { socket, topic, browser } = joined;
  const frames = ["attack:board", "changed", "message", "mount", "render", "terminate", "handleParams", "diff", "broadcast", "disconnect", "phx_close", "phx_error"];
  for (const event of frames) await joined.call(event, { event, payload: 5, url: "/" });
  const stranger = await browser.socket();
  for (const event of [...frames, "event", "live_patch", "cids_destroyed"]) await stranger.call(null, topic, event, { type: "click", event: "inc", value: {} });
  await stranger.call(null, boardChanged.name, "phx_join", {});
  await stranger.call(null, boardChanged.name, boardChanged.event, 5);
  await socket.heartbeat();
  expect(app.ran).toEqual([]);
  tally.refused(frames.length * 2 + 5);
  app.endpoint.broadcast(boardChanged, 5);
  await eventually(() => expect(app.ran).toContain("Board.changed 5"));
  tally.held();
});

attack("policies", ONCE, async ({ tally }) => {
  expect(await joined.event("editors")).toEqual(NOTHING);
  expect(app.ran).toEqual(["Board.policy", "Board.editors policy"]);
  tally.refused();
  await expectHandled(joined, tally, "Board.inc", "inc");
});
