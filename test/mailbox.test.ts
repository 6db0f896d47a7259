import { expect, test } from "vitest";
import { createEndpoint, html, liveSession, liveView, topic } from "holdfast";
import { openBrowser } from "holdfast/testing";

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
