import { assignAsync, AsyncResult, createPubSub, html, liveView } from "holdfast";
import { z } from "zod";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { all } from "../support/all-events.js";
import { Calls } from "../support/fixture-app.js";
import { eventually, startLab, type Joined, type Lab } from "../support/lab.js";
import { Gate } from "../support/wait.js";

const calls = new Calls();
/** What the tasks of this test wait at, by name. */
const gates = new Map<string, Gate>();
const gate = (name: string): Gate => {
  let found = gates.get(name);
  if (found === undefined) gates.set(name, (found = new Gate()));
  return found;
};
const show = (value: AsyncResult<unknown>): string => {
  const { ok, loading, failed, result } = value;
  return JSON.stringify({ ok, loading, failed: failed instanceof Error ? failed.message : failed, result });
};

const Name = z.object({ name: z.string() });
const View = liveView.define({
  name: "Tasks",
  authorize: "public",
  mount(socket) {
    socket.onTerminate(() => calls.hit("view ended"));
    return {
      user: assignAsync(async (signal) => {
        calls.hit("user began");
        signal.addEventListener("abort", () => calls.hit("user aborted"));
        await gate("user").wait();
        return "Ada";
      }),
      last: "", done: 0,
    };
  },
  events: {
    wait: {
      params: Name,
      handle(socket, { name }) {
        socket.startAsync(name, async (signal) => {
          calls.hit(`${name} began`);
          signal.addEventListener("abort", () => calls.hit(`${name} aborted: ${String((signal.reason as Error).message ?? signal.reason)}`));
          await gate(name).wait();
          calls.hit(`${name} came to its end`);
          return "value";
        }, (outcome) => {
          const text = outcome.ok ? outcome.value : `failed: ${(outcome.error as Error).name} ${String((outcome.error as Error).message)}`;
          calls.hit(`${name} handled ${text}`);
          socket.assign({ last: text });
        });
      },
    },
    cancel: { params: Name, handle: (socket, { name }) => socket.cancelAsync(name) },
    cancelWith: { params: Name, handle: (socket, { name }) => socket.cancelAsync(name, new Error("too dear")) },
    fail: {
      params: z.object({ how: z.enum(["rejects", "throws", "throws nothing", "async handler", "stray", "stray later", "handler"]) }),
      handle(socket, { how }) {
        socket.startAsync("fail", (): Promise<number> => {
          if (how === "throws") throw new Error("at once");
          if (how === "throws nothing") throw undefined;
          if (how === "rejects") return Promise.reject(new Error("later"));
          if (how === "stray") void Promise.reject(new Error("a stray promise"));
          if (how === "stray later") setTimeout(() => void Promise.reject(new Error("a stray promise")), 1);
          if (how.startsWith("stray")) return new Promise(() => {});
          return Promise.resolve(1);
        }, (outcome) => {
          if (how === "handler") throw new Error("the handler threw");
          if (how === "async handler") return Promise.reject(new Error("the handler threw"));
          calls.hit(`outcome ${outcome.ok ? "ok" : String(outcome.error)}`);
          return undefined;
        });
      },
    },
    reload: {
      params: z.object({ reset: z.boolean(), fails: z.boolean() }),
      handle(socket, { reset, fails }) {
        socket.assignAsync("user", async () => {
          await gate("again").wait();
          if (fails) throw new Error("no user");
          return "Grace";
        }, { reset });
      },
    },
    many: {
      params: z.object({ n: z.number() }),
      handle(socket, { n }) {
        for (let i = 0; i < n; i++) {
          socket.startAsync(`many-${i}`, async () => {
            await gate("many").wait();
            return i;
          }, () => socket.update("done", (done) => done + 1));
        }
      },
    },
    mark: { handle: () => calls.hit("mark") },
  },
  render: ({ user, last, done }, on) => html`<main>${show(user)}<i>${last}</i><b>${done}</b><i phx-click=${all(on)}></i></main>`,
});

/** One task for two names, and a result made by hand. */
const Both = liveView.define({
  name: "Both",
  authorize: "public",
  mount: () => ({
    ...assignAsync(["posts", "tags"], async () => {
      calls.hit("both began");
      await gate("both").wait();
      return { posts: 2, tags: ["a"] };
    }),
    hand: AsyncResult.ok("made by hand"),
  }),
  events: {
    fail: {
      handle(socket) {
        socket.assignAsync(["posts", "tags"], () => Promise.reject(new Error("neither")));
        socket.assign({ hand: AsyncResult.failed(new Error("by hand"), socket.assigns.hand) });
      },
    },
  },
  render: ({ posts, tags, hand }, on) => html`<main>${show(posts)}<i>${show(tags)}</i><b>${show(hand)}</b><i phx-click=${on.fail}></i></main>`,
});

let lab: Lab;
let view: Joined;
beforeAll(async () => {
  lab = await startLab({ "/": View, "/both": Both });
});
afterAll(() => lab.close());
beforeEach(async () => {
  gates.clear();
  view = await lab.open("/");
  await view.event("mark");
  calls.clear();
  lab.log.length = 0;
});
afterEach(() => lab.cut());

/** What the last pushed diff says of the user. */
const user = (diff: unknown): unknown => JSON.parse((diff as Record<string, string>)["0"]!.replaceAll("&quot;", '"')) as unknown;

describe("a task", () => {
  it("does not start over HTTP: the value is loading", async () => {
    const page = await lab.browser().get("/");
    expect(page.html.replaceAll("&quot;", '"')).toContain('{"ok":false,"loading":true}');
    await new Promise((resolve) => setImmediate(resolve));
    expect(calls.of("user began")).toBe(0);
  });

  it("brings its value in a separate diff, while events are still handled", async () => {
    expect((await view.event("mark")).status).toBe("ok");
    gate("user").open();
    const [, , , , diff] = await view.socket.push("diff");
    expect(user(diff)).toEqual({ ok: true, loading: false, result: "Ada" });
  });

  it("keeps the previous value while it reloads, unless it is reset", async () => {
    gate("user").open();
    await view.socket.push("diff");
    expect(user((await view.event("reload", { reset: false, fails: true })).response["diff"])).toEqual({ ok: true, loading: true, result: "Ada" });
    gate("again").open();
    await eventually(() => expect(view.diffs).toHaveLength(2));
    expect(user(view.diffs[1])).toEqual({ ok: true, loading: false, failed: "no user", result: "Ada" });
    gates.clear();
    expect(user((await view.event("reload", { reset: true, fails: true })).response["diff"])).toEqual({ ok: false, loading: true });
    gate("again").open();
    await eventually(() => expect(view.diffs).toHaveLength(3));
    expect(user(view.diffs[2])).toEqual({ ok: false, loading: false, failed: "no user" });
  });

  it("with several names loads them together, in one diff, and fails them together", async () => {
    const both = await lab.open("/both");
    gate("both").open();
    const results = (diff: unknown): unknown[] => Object.values(diff as object).map((each) => JSON.parse(String(each).replaceAll("&quot;", '"')) as unknown);
    const [, , , , loaded] = await both.socket.push("diff");
    expect(results(loaded)).toEqual([{ ok: true, loading: false, result: 2 }, { ok: true, loading: false, result: ["a"] }]);
    expect(calls.of("both began")).toBe(1);
    await both.event("fail");
    await eventually(() => expect(both.diffs).toHaveLength(2));
    expect(results(both.diffs[1])).toEqual([
      { ok: true, loading: false, failed: "neither", result: 2 }, { ok: true, loading: false, failed: "neither", result: ["a"] },
    ]);
  });

  it("is not needed for a result: one made by hand is shown, and keeps its value when it fails", async () => {
    const both = await lab.open("/both");
    const { response } = await both.event("fail");
    const shown = JSON.parse((response["diff"] as Record<string, string>)["2"]!.replaceAll("&quot;", '"')) as unknown;
    expect(shown).toEqual({ ok: true, loading: false, failed: "by hand", result: "made by hand" });
  });

  it.each<[string, string]>([
    ["rejects", "outcome Error: later"], ["throws", "outcome Error: at once"], ["throws nothing", "outcome undefined"],
  ])("that %s gives a failure, which is a value", async (how, outcome) => {
    await view.event("fail", { how });
    await eventually(() => expect(calls.log).toEqual([outcome]));
    expect((await view.event("mark")).status).toBe("ok");
    expect(lab.log.map(({ message }) => message)).toEqual(["task failed"]);
  });

  it.each(["handler", "async handler", "stray", "stray later"])("that ends the view (%s) ends no other", async (how) => {
    const browser = lab.browser();
    const sibling = await browser.get("/");
    const { page, socket } = await browser.open("/");
    await socket.join(sibling);
    socket.sendEvent(page, "fail", { how });
    expect((await socket.push("phx_error"))[2]).toBe(page.topic);
    expect((await socket.event(sibling, "mark")).status).toBe("ok");
    expect((await view.event("mark")).status).toBe("ok");
    expect(lab.log.filter(({ message }) => message === "view crashed")).toHaveLength(1);
  });
});

describe("a task's signal is aborted, and what it still brings is dropped,", () => {
  it("when the view leaves", async () => {
    await view.event("wait", { name: "t" });
    await view.call("phx_leave", {});
    await eventually(() => expect(calls.log).toContainEqual(expect.stringMatching(/^t aborted/)));
    expect(calls.log).toEqual(["t began", "user aborted", expect.stringMatching(/^t aborted/), "view ended"]);
    gate("t").open();
    gate("user").open();
    await eventually(() => expect(calls.of("t came to its end")).toBe(1));
    await view.socket.heartbeat();
    expect(calls.log.filter((entry) => entry.includes("handled"))).toEqual([]);
    expect(view.diffs).toEqual([]);
    expect(lab.log).toEqual([]);
  });

  it("when the socket closes", async () => {
    await view.event("wait", { name: "t" });
    view.socket.terminate();
    await eventually(() => expect(calls.of("view ended")).toBe(1));
    expect(calls.log).toEqual(["t began", "user aborted", expect.stringMatching(/^t aborted/), "view ended"]);
    gate("t").open();
    await eventually(() => expect(calls.of("t came to its end")).toBe(1));
    expect(calls.log.filter((entry) => entry.includes("handled"))).toEqual([]);
  });

  it("when the view crashes", async () => {
    await view.event("wait", { name: "t" });
    view.sendEvent("fail", { how: "handler" });
    await view.socket.push("phx_error");
    expect(calls.log).toContainEqual(expect.stringMatching(/^t aborted/));
    expect(calls.log).toContain("user aborted");
  });

  it("when its client joins again", async () => {
    await view.event("wait", { name: "t" });
    await view.socket.join(view.page);
    expect(calls.log).toContainEqual(expect.stringMatching(/^t aborted/));
    gate("t").open();
    await eventually(() => expect(calls.of("t came to its end")).toBe(1));
    await view.socket.heartbeat();
    expect(calls.log.filter((entry) => entry.includes("handled"))).toEqual([]);
  });

  it("when it is cancelled: the failure is handled immediately, and once", async () => {
    await view.event("wait", { name: "t" });
    await view.event("cancel", { name: "t" });
    await view.event("mark");
    expect(calls.log).toEqual(["t began", expect.stringMatching(/^t aborted/), expect.stringMatching(/^t handled failed: AbortError/), "mark"]);
    gate("t").open();
    await eventually(() => expect(calls.of("t came to its end")).toBe(1));
    await view.event("cancel", { name: "t" }); // there is none any more
    await view.event("cancel", { name: "nobody" });
    expect(calls.log.filter((entry) => entry.includes("handled"))).toHaveLength(1);
  });

  it("with the reason that it is cancelled for", async () => {
    await view.event("wait", { name: "t" });
    await view.event("cancelWith", { name: "t" });
    await view.event("mark");
    expect(calls.log).toContain("t aborted: too dear");
    expect(calls.log).toContain("t handled failed: Error too dear");
  });

  it("when another takes its name: only the new one's end is handled", async () => {
    await view.event("wait", { name: "t" });
    await view.event("wait", { name: "t" });
    expect(calls.log).toEqual(["t began", expect.stringMatching(/^t aborted/), "t began"]);
    gate("t").open();
    await eventually(() => expect(calls.of("t handled value")).toBe(1));
    await eventually(() => expect(calls.of("t came to its end")).toBe(2));
    await view.event("mark");
    expect(calls.log.filter((entry) => entry.includes("handled"))).toEqual(["t handled value"]);
  });
});

describe("after the end of its view", () => {
  it("nothing is opened any more: no task, no subscription, no timer", async () => {
    const pubsub = createPubSub();
    const opened = { before: 0, after: 0 };
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const Late = liveView.define({
      name: "Late",
      authorize: "public",
      events: {
        go: {
          async handle(socket) {
            const hold = (name: string): void => {
              socket.subscribe(name, () => {});
              socket.startAsync(name, () => {
                calls.hit(`${name} began`);
                return new Promise(() => {});
              }, () => {});
            };
            hold("early");
            await gate("go").wait();
            hold("late");
            opened.before = timers();
            for (let i = 0; i < 10; i++) socket.sendEvery(60_000, () => {});
            opened.after = timers();
            calls.hit("opened");
          },
        },
      },
      render: (_assigns, on) => html`<main>late<i phx-click=${all(on)}></i></main>`,
    });
    const own = await startLab({ "/": Late }, { pubsub });
    const page = await own.open("/");
    page.sendEvent("go");
    await gate("go").entered;
    expect(pubsub.stats()).toEqual({ topics: 1, subscriptions: 1 });
    await page.call("phx_leave", {});
    expect(pubsub.stats()).toEqual({ topics: 0, subscriptions: 0 });
    gate("go").open();
    await eventually(() => expect(calls.of("opened")).toBe(1));
    expect(pubsub.stats()).toEqual({ topics: 0, subscriptions: 0 });
    expect(calls.log).toEqual(["early began", "opened"]);
    expect(opened.after).toBe(opened.before);
    await own.close();
  });

  it("its timers are no more", async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const Ticks = liveView.define({
      name: "Ticks",
      authorize: "public",
      mount(socket) {
        for (let i = 0; i < 50; i++) socket.sendEvery(60_000, () => {});
        for (let i = 0; i < 50; i++) socket.sendAfter(60_000, () => {});
        return {};
      },
      render: () => html`<main>ticks</main>`,
    });
    const own = await startLab({ "/": Ticks });
    const before = timers();
    const page = await own.open("/");
    // A few of other tests, deadlines most of all, may end meanwhile.
    expect(timers()).toBeGreaterThan(before + 90);
    await page.call("phx_leave", {});
    expect(timers()).toBeLessThan(before + 10);
    await own.close();
  });
});

describe("a thousand tasks", () => {
  it("that end at the same time wedge nothing", async () => {
    await view.event("many", { n: 1000 });
    expect((await view.event("mark")).status).toBe("ok");
    gate("many").open();
    await eventually(async () => {
      await view.socket.heartbeat();
      expect(view.diffs.at(-1)).toEqual({ 2: "1000" });
    });
    expect((await view.event("mark")).status).toBe("ok");
    expect(lab.log).toEqual([]);
  });
});
