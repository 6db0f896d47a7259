// Calls between views: what a handler returns is the reply, and whoever calls is told when there is none.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callMessage, callView, createPubSub, html, liveRender, liveView, type CallFailed, type ViewAddress } from "holdfast";
import { MemoryBus } from "../support/memory-bus.js";
import { eventually, startLab, userSocketId, type Lab } from "../support/lab.js";

const total = callMessage<{ add: number }, { sum: number; at: Date }>("total");
const explode = callMessage<null, void>("explode");
const slowly = callMessage<null, string>("slowly");
const unheard = callMessage<null, void>("unheard");
const AT = new Date(0);

let addresses: ViewAddress[] = [];
let handled: string[] = [];
let release = (): void => {};

/** Says on its page what a call came to. */
const Child = liveView.define({
  name: "child",
  authorize: "public",
  mount: () => ({ said: "nothing" }),
  events: {
    add: {
      async handle(socket) {
        const { sum, at } = await socket.callParent(total, { add: 4 });
        socket.assign({ said: `sum ${sum} at ${at.getTime()}` });
      },
    },
    unheard: { handle: async (socket) => socket.assign({ said: await failure(socket.callParent(unheard, null)) }) },
    late: { handle: async (socket) => socket.assign({ said: await failure(socket.callParent(slowly, null, { timeoutMs: 20 })) }) },
  },
  render: ({ said }, on) => html`<p>${said}</p>
    <b phx-click=${on.add}></b><b phx-click=${on.unheard}></b><b phx-click=${on.late}></b>`,
});

const Parent = liveView.define({
  name: "parent",
  authorize: "public",
  topics: () => ({ total, explode, slowly }),
  mount(socket) {
    if (socket.connected) addresses.push(socket.address);
    return { sum: 10, said: "nothing" };
  },
  messages: {
    total(socket, { add }) {
      handled.push("total");
      socket.update("sum", (sum) => sum + add);
      return { sum: socket.assigns.sum, at: AT };
    },
    explode() {
      throw new Error("the handler threw");
    },
    async slowly() {
      handled.push("slowly");
      await new Promise<void>((resolve) => (release = resolve));
      return "at last";
    },
  },
  events: {
    itself: { handle: async (socket) => socket.assign({ said: await failure(socket.call(socket.address, total, { add: 1 })) }) },
    orphan: { handle: async (socket) => socket.assign({ said: await failure(socket.callParent(total, { add: 1 })) }) },
  },
  render: ({ sum, said }, on) => html`
    <p>${sum} ${said}</p><b phx-click=${on.itself}></b><b phx-click=${on.orphan}></b>${liveRender(Child, { id: "child" })}`,
});

function failure(call: Promise<unknown>): Promise<string> {
  return call.then(() => "a reply", (error: CallFailed) => `${error.code} ${error.reason}`);
}

let lab: Lab;
beforeAll(async () => (lab = await startLab({ "/": Parent })));
afterAll(() => lab.close());

/** A page and its nested view. */
async function family(): Promise<{ page: Awaited<ReturnType<Lab["open"]>>; child: Awaited<ReturnType<Lab["open"]>> }> {
  addresses = [];
  handled = [];
  const page = await lab.open("/", await lab.loggedIn(7));
  return { page, child: await page.child("child") };
}

describe("a nested view", () => {
  it("calls its parent: the reply is what the handler returned, and the parent shows what the handler changed", async () => {
    const { page, child } = await family();
    expect(JSON.stringify(await child.event("add"))).toContain("sum 14 at 0");
    await eventually(() => expect(JSON.stringify(page.diffs)).toContain('"14"'));
  });

  it("fails if nobody answers the call, or not in time", async () => {
    const { child } = await family();
    expect(JSON.stringify(await child.event("unheard"))).toContain("call_failed not_handled");
    expect(JSON.stringify(await child.event("late"))).toContain("call_failed timeout");
    release();
  });
});

it("fails immediately if a view calls itself, or a parent that it does not have", async () => {
  const { page } = await family();
  expect(JSON.stringify(await page.event("itself"))).toContain("call_failed itself");
  expect(JSON.stringify(await page.event("orphan"))).toContain("call_failed no_view");
});

it("is called by its address from outside, and after its end nobody answers", async () => {
  const { page } = await family();
  const { pubsub } = lab.endpoint;
  expect(await callView(pubsub, addresses[0]!, total, { add: 5 })).toEqual({ sum: 15, at: AT });
  expect(await failure(callView(pubsub, addresses[0]!, unheard, null))).toBe("call_failed not_handled");
  await page.call("phx_leave", {});
  expect(await failure(callView(pubsub, addresses[0]!, total, { add: 5 }))).toBe("call_failed no_view");
});

it("crashes if its handler throws, and the caller gets an error", async () => {
  await family();
  expect(await failure(callView(lab.endpoint.pubsub, addresses[0]!, explode, null))).toBe("call_failed crashed");
  await eventually(() => expect(lab.log.filter(({ message, details }) => message.includes("crash") && String(details["error"]).includes("the handler threw"))).toHaveLength(1));
});

it("a caller that waits for a view gets an error when its user is disconnected, and no handler of the view starts any more", async () => {
  await family();
  const { pubsub } = lab.endpoint;
  const running = failure(callView(pubsub, addresses[0]!, slowly, null));
  await eventually(() => expect(handled).toEqual(["slowly"]));
  const waiting = failure(callView(pubsub, addresses[0]!, total, { add: 1 }));
  await lab.endpoint.disconnect(userSocketId(7));
  expect(await Promise.all([running, waiting])).toEqual(["call_failed no_view", "call_failed no_view"]);
  release();
  expect(handled).toEqual(["slowly"]);
});

it("is called from another node, and a node that is gone is a view that is gone", async () => {
  const bus = new MemoryBus();
  const [here, there] = [createPubSub(), createPubSub()];
  await Promise.all([here.connect(bus.carrier()), there.connect(bus.carrier())]);
  const far = await startLab({ "/": Parent }, { pubsub: here });
  addresses = [];
  await far.open("/");
  expect(await callView(there, addresses[0]!, total, { add: 2 })).toEqual({ sum: 12, at: AT });
  await far.close();
  await here.close();
  expect(await failure(callView(there, addresses[0]!, total, { add: 2 }))).toBe("call_failed no_view");
  await there.close();
});
