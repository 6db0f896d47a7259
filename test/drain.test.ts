import { expect, test } from "vitest";
import { createEndpoint, html, liveSession, liveView } from "holdfast";
import { openBrowser } from "holdfast/testing";

test("a draining endpoint closes a share of its sockets at a time, each with a code that brings its client back", async () => {
  const Page = liveView.define({ authorize: "public", render: () => html`<p></p>` });
  const endpoint = createEndpoint({
    secret: "a secret of the tests, and of no one else", live: [liveSession("default", {}, (live) => live("/", Page))],
    limits: { drainStepFraction: 0.4, drainStepMs: 1 },
  });
  const pages = await Promise.all(Array.from({ length: 5 }, () => openBrowser(endpoint).visit("/")));
  const open = (): number => pages.filter((page) => page.closed === undefined).length;
  const draining = endpoint.close({ drain: true });
  expect(open()).toBe(3); // the first share of two, and not yet the next
  await draining;
  expect([open(), endpoint.connections]).toEqual([0, 0]);
  expect(new Set(pages.map((page) => page.closed?.code))).toEqual(new Set([1012]));
});

test("the clients of sockets that close together are told to come back one after the other", async () => {
  const Page = liveView.define({ authorize: "public", render: () => html`<p></p>` });
  const endpoint = createEndpoint({
    secret: "a secret of the tests, and of no one else", live: [liveSession("default", {}, (live) => live("/", Page))],
  });
  const pages = await Promise.all(Array.from({ length: 3 }, () => openBrowser(endpoint).visit("/")));
  await endpoint.close();
  expect(pages.map((page) => page.closed?.reason).sort()).toEqual(["restart;0", "restart;1", "restart;2"]);
});
