// What the gate costs by itself: CPU time in a tight loop, beside JSON.parse of the same frame, since machines differ.
import { createEndpoint, html, keyed, liveSession, liveView } from "holdfast";
import { openBrowser } from "holdfast/testing";
import { expect } from "vitest";
import { z } from "zod";
import { hostOf } from "../dist/endpoint/index.js";
import { pass } from "../dist/live/gate/index.js";
import { proof } from "./support/prove.js";
import { cpuTime } from "./support/cpu.js";

const BINDINGS = 100;
const Rows = liveView.define({
  name: "Rows",
  authorize: "public",
  mount: () => ({ rows: Array.from({ length: BINDINGS }, (_, id) => id) }),
  events: { remove: { bind: z.object({ id: z.number() }), handle: () => {} } },
  render: ({ rows }, on) => html`<ul>${keyed(rows, (id) => id, (id) => html`<li>${id}<button phx-click=${on.remove({ id })}>x</button></li>`)}</ul>`,
});

/** Microseconds of CPU of one call of each: in turns, so that a machine that becomes slower becomes so for both. */
function costs(times: number, one: () => unknown, other: () => unknown): readonly [number, number] {
  const least: [number, number] = [Infinity, Infinity];
  for (let round = 0; round < 7; round++) {
    for (const [at, call] of [one, other].entries()) {
      const took = cpuTime(() => {
        for (let i = 0; i < times; i++) call();
      });
      least[at] = Math.min(least[at]!, took / times);
    }
  }
  return least;
}

/** Seen: 0.8 µs for the first of 100 bindings, 1.8 for the middle one, 3.0 for the last, where JSON.parse of the frame took 0.6. */
const AT_MOST = { middle: 8, last: 12 };

proof("gate", "an event of a page with 100 bindings costs the gate a small multiple of parsing its frame", {
  small: { calls: 5_000 }, full: { calls: 200_000 },
}, async ({ size, figure }) => {
  const endpoint = createEndpoint({ secret: "a secret of this test, long enough to be one", log() {}, live: [liveSession("default", {}, (live) => live("/", Rows))] });
  const page = await openBrowser(endpoint).visit("/");
  const [view] = [...hostOf(endpoint).views()];
  const frame = (id: number): object => ({ type: "click", event: `remove~id=${id}`, value: { value: "" } });
  expect(pass(view!, frame(BINDINGS - 1) as never)).toMatchObject({ params: { id: BINDINGS - 1 } });
  const text = JSON.stringify(frame(BINDINGS - 1));
  for (const [place, id] of [["first", 0], ["middle", BINDINGS / 2], ["last", BINDINGS - 1]] as const) {
    const sent = frame(id) as never;
    const [us, parsing] = costs(size.calls, () => pass(view!, sent), () => JSON.parse(text));
    figure(`${place} ns`, Math.round(us * 1_000));
    figure(`${place} of JSON.parse`, Math.round((us / parsing) * 10) / 10);
    if (place !== "first") expect(us / parsing, place).toBeLessThan(AT_MOST[place]);
  }
  page.close();
  await endpoint.close();
});
