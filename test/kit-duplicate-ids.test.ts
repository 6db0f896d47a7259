// Two elements with one id: the client would patch the wrong one.
import { createEndpoint, html, liveComponent, liveSession, liveView, portal, stream, type Endpoint } from "holdfast";
import { openBrowser } from "holdfast/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

const Twice = liveView.define({
  name: "Twice",
  authorize: "public",
  render: () => html`<p id="note" class="first">One</p><p id="note" class="second">Two</p>`,
});
const Later = liveView.define({
  name: "Later",
  authorize: "public",
  mount: () => ({ lines: ["one"] }),
  events: { add: { handle: (socket) => socket.update("lines", (lines) => [...lines, "more"]) } },
  render: ({ lines }, on) => html`
    ${lines.map((line) => html`<p id="line">${line}</p>`)} <b id="count">${lines.length}</b> <button id="add" phx-click=${on.add}>Add</button>`,
});
const Row = liveComponent<object>().define({
  mount: () => ({ parts: stream([{ id: 1 }]) }),
  render: ({ id, parts }) => html`<ul id="parts-of-${id}" phx-update="stream">${parts.map((part, domId) => html`<li id=${domId}>${part.id}</li>`)}</ul>`,
});
const Rows = liveView.define({ name: "Rows", authorize: "public", render: () => html`${Row({ id: "a" })}${Row({ id: "b" })}` });
const Apart = liveView.define({
  name: "Apart",
  authorize: "public",
  render: () => html`<p id="here">Here</p>${portal({ id: "tip", target: "body", inner: html`<p id="there">There</p>` })}`,
});

let endpoint: Endpoint;
beforeAll(() => {
  endpoint = createEndpoint({
    secret: "a secret of the pages with ids, long enough to be one", log: () => {},
    live: [liveSession("default", {}, (live) => {
      live("/twice", Twice);
      live("/later", Later);
      live("/rows", Rows);
      live("/apart", Apart);
    })],
  });
});
afterAll(() => endpoint.close());

test("a page that has two elements with one id cannot be visited, and the error shows both", async () => {
  const visit = openBrowser(endpoint).visit("/twice");
  await expect(visit).rejects.toMatchObject({ code: "kit_expectation" });
  await expect(visit).rejects.toThrow(/id "note"[^]*<p id="note" class="first"> and <p id="note" class="second">/);
});

test("the action that makes a second one fails, and only that one", async () => {
  const page = await openBrowser(endpoint).visit("/later");
  await expect(page.click("#add")).rejects.toThrow('Two elements of the page have the id "line".');
  await page.click("#add");
  expect(page.text("#count")).toBe("3");
});

test("streams of two live components have the same ids unless they say otherwise", async () => {
  await expect(openBrowser(endpoint).visit("/rows")).rejects.toThrow(/id "parts-1"[^]*domId/);
});

test("what a portal has moved is there once", async () => {
  const page = await openBrowser(endpoint).visit("/apart");
  page.expectText("#there", "There");
});

test("a browser can be told to allow them", async () => {
  const page = await openBrowser(endpoint, { duplicateIds: "allow" }).visit("/twice");
  expect(page.count("p")).toBe(2);
});
