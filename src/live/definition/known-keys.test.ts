import { expect, test } from "vitest";
import { html } from "../../html/index.js";
import { liveComponent } from "./component.js";
import { liveView } from "./view.js";

test("what a definition does not have is refused by its name", () => {
  const render = (): never => html`<p></p>` as never;
  expect(() => liveView.define({ authorize: "public", render, handleEvent() {} } as never)).toThrow(/"handleEvent".*events: \{ save/s);
  expect(() => liveComponent().define({ render, event: {} } as never)).toThrow(/"event", which means nothing/);
});
