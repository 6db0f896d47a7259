import { expect, test } from "vitest";
import { createEndpoint, html, liveSession, liveView, logIn, topic } from "holdfast";
import { openBrowser } from "holdfast/testing";
import { contextStorage, tryGetContext } from "hono/context-storage";

const news = topic<number>("news");

test("more messages than may wait end that view alone, and its socket stays", async () => {
  let release = (): void => {};
  const Busy = liveView.define({
    authorize: "public",
    topics: () => ({ news }),
    messages: { news: () => new Promise<void>((resolve) => void (release = resolve)) },
    render: () => html`<p></p>`,
  });
  const endpoint = createEndpoint({
    secret: "a secret of the tests, and of no one else", log: () => {}, limits: { waitingMessages: 3 },
    live: [liveSession("default", {}, (live) => live("/", Busy))],
  });
  const page = await openBrowser(endpoint).visit("/");
  for (let i = 0; i < 4; i++) endpoint.broadcast(news, i); // one is handled, three wait
  expect(page.crashed).toBe(false);
  endpoint.broadcast(news, 5);
  expect([page.crashed, page.closed]).toEqual([true, undefined]);
  release();
  await page.rejoin();
  page.expectLive();
});

test("another user's request is not the context of a view that its message or its disconnect reaches", async () => {
  const requests: Record<string, string | undefined> = {};
  const note = (where: string): void => void (requests[where] = tryGetContext()?.req.path);
  const Reader = liveView.define({
    authorize: "public",
    topics: () => ({ news }),
    mount: () => ({ latest: 0 }),
    messages: {
      async news(socket, latest) {
        note("message");
        await Promise.resolve();
        note("behind an await");
        socket.onTerminate(() => note("end"));
        socket.assign({ latest });
      },
    },
    render({ latest }) {
      if (latest > 0) note("render");
      return html`<p>${latest}</p>`;
    },
    terminate: () => note("terminate"),
  });
  const endpoint = createEndpoint({
    secret: "a secret of the tests, and of no one else", log: () => {}, csrfExempt: (path) => path === "/publish",
    live: [liveSession("default", {}, (live) => live("/", Reader))],
    routes(app) {
      app.use(contextStorage());
      app.get("/login", async (c) => {
        await logIn(c, { liveSocketId: "users_socket:1" });
        return c.text("in");
      });
      app.post("/publish", async (c) => {
        endpoint.broadcast(news, 7);
        note("the request itself");
        await endpoint.disconnect("users_socket:1");
        return c.text("said");
      });
    },
  });
  const browser = openBrowser(endpoint);
  await browser.get("/login");
  const page = await browser.visit("/");
  await endpoint.app.request("/publish", { method: "POST" });
  await expect.poll(() => page.closed).toBeDefined();
  expect(requests).toEqual({
    message: undefined, "behind an await": undefined, render: undefined, terminate: undefined, end: undefined, "the request itself": "/publish",
  });
});
