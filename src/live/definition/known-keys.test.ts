import { expect, test } from "vitest";
import { defineHook, push } from "../../hooks/index.js";
import { html } from "../../html/index.js";
import { liveComponent } from "./component.js";
import { liveView } from "./view.js";

test("what a definition does not have is refused by its name", () => {
  const render = (): never => html`<p></p>` as never;
  expect(() => liveView.define({ authorize: "public", render, handleEvent() {} } as never)).toThrow(/"handleEvent".*events: \{ save/s);
  expect(() => liveView.define({ authorise: "public", render } as never)).toThrow(/"authorise".*write authorize, or leave "authorise" out/s);
  expect(() => liveView.define({ authorize: "public", render, colour: 1 } as never)).toThrow(/fix: +leave "colour" out/);
  expect(() => liveComponent().define({ render, event: {} } as never)).toThrow(/has an unknown key "event".*write events,/s);
});

test("a hook's push is declared under its own name", () => {
  const Chart = defineHook("Chart", { pushes: { picked: push() } });
  const define = (events: object): unknown => liveView.define({ authorize: "public", events, render: () => html`<p></p>` } as never);
  expect(() => define({ pickd: { from: Chart.pushes.picked, handle() {} } })).toThrow(/under another name.*expected: "picked"/s);
  expect(() => define({ picked: { from: Chart.pushes.picked, handle() {} } })).not.toThrow();
});

test("so is what an event does not have, and a form that is not a name", () => {
  const define = (save: object): unknown => liveView.define({ name: "post", authorize: "public", events: { save }, render: () => html`<p></p>` } as never);
  expect(() => define({ parms: {}, handle() {} })).toThrow(/event "save" of the view "post" has an unknown key "parms"/);
  expect(() => define({ handler() {} })).toThrow(/has an unknown key "handler".*write handle,/s);
  expect(() => define({ form: { "~standard": {} }, handle() {} })).toThrow(/a form that is not a name.*form: "post"/s);
  expect(() => define({ form: "post", params: { "~standard": {} }, handle() {} })).toThrow(/has a form and params.*bind: schema/s);
});

test.each([
  ["params", { id: 1 }], ["params", null], ["params", "number"], ["bind", { id: "number" }],
])("a %s that is not a schema is refused at the definition: %j", (key, schema) => {
  const save = { [key]: schema, handle() {} };
  const define = (rest: object): unknown => liveView.define({ name: "post", authorize: "public", render: () => html`<p></p>`, ...rest } as never);
  expect(() => define({ events: { save } })).toThrow(new RegExp(`event "save" of the view "post" has a "${key}" that is not a schema.*Standard Schema`, "s"));
  expect(() => liveComponent().define({ render: () => html`<p></p>`, events: { save } } as never)).toThrow(/is not a schema/);
  if (key === "params") expect(() => define({ params: schema })).toThrow(/The view "post" has a "params" that is not a schema/);
});

test("a schema may be a function, as those of ArkType are", () => {
  const schema = Object.assign(() => {}, { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } });
  expect(() => liveView.define({ authorize: "public", params: schema, render: () => html`<p></p>` } as never)).not.toThrow();
});
