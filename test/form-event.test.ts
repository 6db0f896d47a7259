import { expect, test } from "vitest";
import { createEndpoint, html, liveSession, liveView } from "holdfast";
import { openBrowser } from "holdfast/testing";

const seen: unknown[] = [];
const Form = liveView.define({
  authorize: "public",
  events: { change: { handle: (_socket, params) => void seen.push(params) } },
  render: (_assigns, on) => html`<form id="f" phx-change=${on.change}><input name="a[b]"><input name="a[c]"></form>`,
});
const endpoint = createEndpoint({
  secret: "a secret of the tests, and of no one else", log: () => {},
  live: [liveSession("default", {}, (live) => live("/", Form))],
});

// The first is what was recorded from a client of 1.2.10, the second how 1.2.12 sends the same.
test.each([
  ["in the fields", { value: "a%5Bb%5D=1&a%5Bc%5D=2&_unused_a%5Bc%5D=&_target=a%5Bb%5D" }],
  ["in the meta", { value: "a%5Bb%5D=1&a%5Bc%5D=2&_unused_a%5Bc%5D=", meta: { _target: "a[b]" } }],
])("a form's event says which field changed: %s", async (_where, sent) => {
  const page = await openBrowser(endpoint).visit("/");
  await page.pushRaw("event", { type: "form", event: "change", ...sent });
  expect(seen.pop()).toEqual({ _target: ["a", "b"], _unused_a: { c: "" }, a: { b: "1", c: "2" } });
});

test("phx-value-* of the form come with it, and too much of it is refused", async () => {
  const page = await openBrowser(endpoint).visit("/");
  const event = { type: "form", event: "change", value: "x=1" };
  await page.pushRaw("event", { ...event, meta: { id: "7" } });
  expect(seen.pop()).toEqual({ x: "1", id: "7" });
  await page.pushRaw("event", { ...event, meta: JSON.parse('{"__proto__":{"admin":true}}') as object });
  expect(Object.keys(seen.pop() as object)).toEqual(["x"]);
  const answer = await page.pushRaw("event", { ...event, meta: { ids: Array.from({ length: 10_001 }, () => 1) } });
  expect([answer.status, answer.response, seen]).toEqual(["ok", {}, []]);
});

test("the kit sends what the client sends", async () => {
  const page = await openBrowser(endpoint).visit("/");
  await page.change("#f", { "a[b]": "1" });
  expect(seen.pop()).toMatchObject({ _target: ["a", "b"], a: { b: "1", c: "" } });
});
