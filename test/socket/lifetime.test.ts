import { createEndpoint, html, liveSession, liveView, onMount } from "holdfast";
import { openBrowser } from "holdfast/testing";
import { expect, it, vi } from "vitest";
import { DEADLINE_MS, Gate } from "../support/wait.js";

const secret = "a secret of this test, long enough to be one";

it("what a view opened while it was already leaving is freed as well", async () => {
  const opening = new Gate();
  let freed = 0;
  const Slow = liveView.define({
    authorize: "public",
    events: {
      open: {
        async handle(socket) {
          await opening.wait();
          socket.onTerminate(() => void freed++);
        },
      },
    },
    render: (_assigns, on) => html`<button phx-click=${on.open}>open</button>`,
  });
  const endpoint = createEndpoint({ secret, live: [liveSession("default", {}, (live) => live("/", Slow))] });
  const page = await openBrowser(endpoint).visit("/");
  page.click("button").catch(() => {}); // never answered: the page is gone before
  await opening.entered;
  await endpoint.close();
  opening.open();
  await vi.waitFor(() => expect(freed).toBe(1), DEADLINE_MS);
});

it("a view that patches itself at each tick is no patch loop", async () => {
  const Slides = liveView.define({
    authorize: "public",
    mount: (socket) => socket.subscribe("tick", () => socket.pushPatch("/?slide")),
    render: () => html`<p>slide</p>`,
  });
  const log = vi.fn<() => void>();
  const endpoint = createEndpoint({ secret, log, live: [liveSession("default", {}, (live) => live("/", Slides))] });
  await openBrowser(endpoint).visit("/");
  for (let tick = 0; tick < 50; tick++) {
    endpoint.broadcast("tick", "tick", {});
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(log).not.toHaveBeenCalled();
  await endpoint.close();
});

it("after a disconnect no further hook and no policy starts", async () => {
  const gate = new Gate();
  const started: string[] = [];
  const slow = onMount(async (socket) => {
    if (!socket.connected) return;
    started.splice(0);
    await gate.wait();
  });
  const next = onMount(() => void started.push("hook"));
  const View = liveView.use(slow).use(next).define({
    authorize: () => started.push("policy") > 0,
    render: () => html`<p>page</p>`,
  });
  const endpoint = createEndpoint({ secret, log() {}, live: [liveSession("default", {}, (live) => live("/", View))] });
  const page = await openBrowser(endpoint).get("/");
  const joined = page.connect().catch(() => {});
  await gate.entered;
  await endpoint.close();
  gate.open();
  await joined;
  await new Promise((resolve) => setImmediate(resolve));
  expect(started).toEqual([]);
});
