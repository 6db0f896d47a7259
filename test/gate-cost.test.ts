// What the gate costs by itself: CPU time in a tight loop, beside JSON.parse of the same frame, since machines differ.
import { createEndpoint, html, keyed, liveSession, liveView, stream } from "holdfast";
import { openBrowser } from "holdfast/testing";
import { expect } from "vitest";
import { z } from "zod";
import { hostOf } from "../dist/endpoint/index.js";
import { pass } from "../dist/live/gate/index.js";
import { startLab, type Lab } from "./support/lab.js";
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
  const all = Array.from({ length: BINDINGS }, (_, id) => frame(id) as never);
  let next = 0;
  const [us, parsing] = costs(size.calls, () => pass(view!, all[next++ % BINDINGS]!), () => JSON.parse(text));
  figure("mean ns", Math.round(us * 1_000));
  figure("mean of JSON.parse", Math.round((us / parsing) * 10) / 10);
  expect(us / parsing, "mean").toBeLessThan(AT_MOST.middle);
  page.close();
  await endpoint.close();
});

/** Ids of one width, so that each row has as many bytes as the next. */
const idsOf = (rows: number): { readonly id: number }[] => Array.from({ length: rows }, (_, at) => ({ id: 1_000 + at }));

/** The button of a row: with its id bound to the event, or beside the event, as `phx-value-id`. */
const Buttons = liveView.define({
  name: "Buttons",
  authorize: "public",
  params: z.object({ rows: z.coerce.number(), kind: z.enum(["keyed", "stream"]), id: z.enum(["bound", "beside"]) }),
  mount: (_socket, { params }) => ({ ...params, list: stream(idsOf(params.rows)) }),
  events: { remove: { bind: z.object({ id: z.number() }), handle: () => {} }, drop: { params: z.object({ id: z.string() }), handle: () => {} } },
  render({ rows, kind, id, list }, on) {
    const row = id === "bound"
      ? (row: { readonly id: number }, domId: string) => html`<li id=${domId}><button phx-click=${on.remove({ id: row.id })}>x</button></li>`
      : (row: { readonly id: number }, domId: string) => html`<li id=${domId}><button phx-click=${on.drop} phx-value-id=${row.id}>x</button></li>`;
    const shown = kind === "stream" ? list.map(row) : keyed(idsOf(rows), (one) => one.id, (one) => row(one, `list-${one.id}`));
    return html`<ul id="list" phx-update=${kind === "stream" && "stream"}>${shown}</ul>`;
  },
});

/** The bytes of one more row: in the page, and in the answer to its join. */
async function bytesOfRow(lab: Lab, kind: string, id: string): Promise<{ readonly page: number; readonly join: number }> {
  const [few, many] = [10, 110];
  const sizes = await Promise.all([few, many].map(async (rows) => {
    const { page, rendered } = await lab.open(`/?rows=${rows}&kind=${kind}&id=${id}`);
    return { page: page.html.match(/<ul[^]*<\/ul>/)![0].length, join: JSON.stringify(rendered).length };
  }));
  const each = (part: "page" | "join"): number => Math.round(((sizes[1]![part] - sizes[0]![part]) / (many - few)) * 10) / 10;
  return { page: each("page"), join: each("join") };
}

/** A proof in a name: two separators, and 96 bits as base64url. */
const PROOF_BYTES = 18;

proof("event-proofs-bytes", "a row with a bound id is shorter than one with phx-click and phx-value-id, and the proof of a stream's row adds 18 bytes", {
  small: {}, full: {},
}, async ({ figure }) => {
  const lab = await startLab({ "/": Buttons });
  const pages: number[] = [];
  for (const kind of ["keyed", "stream"]) {
    const [bound, beside] = [await bytesOfRow(lab, kind, "bound"), await bytesOfRow(lab, kind, "beside")];
    for (const part of ["page", "join"] as const) {
      figure(`${kind} bound ${part}`, bound[part]);
      figure(`${kind} beside ${part}`, beside[part]);
      expect(bound[part], `${kind} ${part}`).toBeLessThanOrEqual(beside[part]);
    }
    pages.push(bound.page);
  }
  expect(pages[1]! - pages[0]!).toBe(PROOF_BYTES);
  await lab.close();
});

/** Seen: 3 µs to write a proof and 5 to check one with its event, where JSON.parse of the frame took 0.6. */
const PROOF_AT_MOST = { written: 20, checked: 25 };

proof("event-proofs", "the proof of an event costs a few microseconds to write, and as many to check", {
  small: { calls: 5_000 }, full: { calls: 200_000 },
}, async ({ size, figure }) => {
  const endpoint = createEndpoint({ secret: "a secret of this test, long enough to be one", log() {}, live: [liveSession("default", {}, (live) => live("/", Buttons))] });
  const page = await openBrowser(endpoint).visit("/?rows=100&kind=stream&id=bound");
  const [view] = [...hostOf(endpoint).views()];
  const sent = { type: "click", event: view!.proofs.seal("remove~id=1050", undefined), value: { value: "" } };
  expect(page.html()).toContain(sent.event);
  expect(pass(view!, sent as never)).toMatchObject({ params: { id: 1_050 } });
  expect(pass(view!, { ...sent, event: `${sent.event.slice(0, -1)}${sent.event.endsWith("A") ? "B" : "A"}` } as never)).toMatchObject({ reason: "not_rendered" });
  const text = JSON.stringify(sent);
  for (const [what, call] of [
    ["written", () => view!.proofs.seal("remove~id=1050", undefined)],
    ["checked", () => pass(view!, sent as never)],
  ] as const) {
    const [us, parsing] = costs(size.calls, call, () => JSON.parse(text));
    figure(`${what} ns`, Math.round(us * 1_000));
    figure(`${what} of JSON.parse`, Math.round((us / parsing) * 10) / 10);
    expect(us / parsing, what).toBeLessThan(PROOF_AT_MOST[what]);
  }
  page.close();
  await endpoint.close();
});
