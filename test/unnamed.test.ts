// What a view or a component without a name is called where something goes wrong: of many, the reader must know which.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { html, liveComponent, liveRender, liveView } from "holdfast";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { eventually, startLab, type Lab } from "./support/lab.js";

const Crashing = liveView.define({
  authorize: "public",
  events: { crash: { from: "anywhere", handle: () => { throw new Error("on purpose"); } } },
  render: () => html`<p>crashing</p>`,
});
const Empty = liveView.define({ authorize: "public", render: () => undefined as never });
const empty = liveComponent().define({ render: () => undefined as never });
const WithEmpty = liveView.define({ authorize: "public", name: "WithEmpty", render: () => html`<div>${empty({ id: "empty" })}</div>` });

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ "/crashing": Crashing, "/empty": Empty, "/with-empty": WithEmpty });
});
afterAll(() => lab.close());
beforeEach(() => void (lab.log.length = 0));

const lines = readFileSync(fileURLToPath(import.meta.url), "utf8").split("\n");
/** Where one of them is defined. */
const place = (name: string): string => `unnamed.test.ts:${lines.findIndex((line) => line.startsWith(`const ${name} = `)) + 1}`;

test("a log line has the file and the line of its definition", async () => {
  const view = await lab.open("/crashing");
  view.sendEvent("crash");
  await eventually(() => expect(lab.log.find(({ message }) => message === "view crashed")?.details["view"])
    .toBe(`view at ${place("Crashing")}`));
});

test("so has an error about what it renders, be it a view's or a component's", async () => {
  for (const [path, called] of [
    ["/empty", `The view "view at ${place("Empty")}" did not render`],
    ["/with-empty", `"component at ${place("empty")}"`],
  ] as const) {
    expect((await lab.browser().get(path)).status).toBe(500);
    expect(String(lab.log.at(-1)?.details["error"]), path).toContain(called);
  }
});

test("a sticky view needs a name of its own, for which any word will do", () => {
  const define = (name?: string) => liveView.define({ ...(name !== undefined && { name }), authorize: "public", render: () => html`` });
  expect(() => liveRender(define(), { id: "player", sticky: true })).toThrow("A sticky view has no name.");
  for (const name of ["view", "Player"]) expect(() => liveRender(define(name), { id: "player", sticky: true })).not.toThrow();
});
