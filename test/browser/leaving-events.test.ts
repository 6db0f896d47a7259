// What a view pushes before it sends its user elsewhere, while it is being joined.
import { createEndpoint, html, liveSession, liveView, navigate, onMount, redirect, type Endpoint } from "holdfast";
import { pageEvent } from "holdfast/hooks";
import { openBrowser } from "holdfast/testing";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { z } from "zod";
import { newSecret } from "./support/app.js";
import { usePage, useServed } from "./support/served.js";

const left = pageEvent<{ from: string }>("left");
const how = { navigate, redirect };
const Goes = z.object({ from: z.enum(["hook", "mount", "handleParams"]), kind: z.enum(["navigate", "redirect"]) });

const leaving = onMount((socket, { params }) => {
  const { from, kind } = Goes.parse(params);
  if (!socket.connected || from !== "hook") return {};
  socket.pushEvent(left, { from });
  return how[kind]("/home");
});
const Leaves = liveView.use(leaving).define({
  name: "Leaves",
  authorize: "public",
  params: Goes,
  mount(socket, { params: { from, kind } }) {
    if (!socket.connected || from === "hook") return {};
    socket.pushEvent(left, { from });
    return from === "mount" ? how[kind]("/home") : {};
  },
  handleParams: (socket, { params: { kind } }) => (socket.connected ? how[kind]("/home") : undefined),
  render: () => html`<p>leaving</p>`,
});
const Home = liveView.define({ name: "Home", authorize: "public", render: () => html`<h1>Home</h1>` });

const endpoint: Endpoint = createEndpoint({
  secret: newSecret(), log: () => {},
  live: [liveSession("default", {}, (live) => {
    live("/leaves", Leaves);
    live("/home", Home);
  })],
});
const served = useServed(endpoint);
let page: Page;
const open = usePage(served, (own) => void (page = own));

const cases = Goes.shape.from.options.flatMap((from) => Goes.shape.kind.options.map((kind) => [from, kind] as const));

test.each(cases)("is heard by the page: from %s, by %s", async (from, kind) => {
  // A redirect loads another document.
  await page.addInitScript(() => window.addEventListener("phx:left", (event) => {
    sessionStorage.setItem("left", JSON.stringify((event as CustomEvent).detail));
  }));
  await open(`/leaves?from=${from}&kind=${kind}`);
  await page.waitForSelector("h1");
  expect(await page.evaluate(() => sessionStorage.getItem("left"))).toBe(JSON.stringify({ from }));
});

test.each(cases)("is seen by a test of the kit: from %s, by %s", async (from, kind) => {
  const leaves = await openBrowser(endpoint).visit(`/leaves?from=${from}&kind=${kind}`);
  leaves.expectPush("left", { from });
  leaves.expectRedirect("/home");
});
