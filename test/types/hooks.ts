// One declaration of a client hook binds both sides: what is wrong in either does not compile.
import { html, liveComponent, liveView, reply } from "holdfast";
import { clientHook, connect, onPageEvent, viewHook, type HookInstance } from "holdfast/client";
import { defineHook, message, pageEvent, push, type MessagePayload, type PushPayload, type PushReply } from "holdfast/hooks";
import type { LivePage } from "holdfast/testing";
import { z } from "zod";

const Chart = defineHook("Chart", {
  pushes: { picked: push<{ index: number }, { label: string }>(), closed: push() },
  messages: { points: message<{ values: readonly number[] }>(), cleared: message() },
});
const Plain = defineHook("Plain");

// Equality, not assignability: `any` is equal to nothing else.
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <_Claim extends true>(): void => {};

same<Same<typeof Chart.name, "Chart">>();
same<Same<PushPayload<typeof Chart.pushes.picked>, { index: number }>>();
same<Same<PushPayload<typeof Chart.pushes.closed>, Readonly<Record<string, never>>>>();
same<Same<PushReply<typeof Chart.pushes.picked>, { label: string }>>();
same<Same<MessagePayload<typeof Chart.messages.points>, { values: readonly number[] }>>();
same<Same<keyof typeof Plain.pushes, never>>();

// ---- the server's side: what the view pushes ----

const render = () => html`<canvas id="chart" phx-hook="Chart"></canvas>`;
const confetti = pageEvent<{ pieces: number }>("confetti");

liveView.define({
  authorize: "public",
  handleParams(socket) {
    socket.pushEvent(Chart.messages.points, { values: [1, 2] });
    socket.pushEvent(Chart.messages.cleared);
    socket.pushEvent(Chart.messages.cleared, {});
    socket.pushEvent(confetti, { pieces: 3 });
    socket.pushEvent(pageEvent("bare"));
    // @ts-expect-error -- Type 'string' is not assignable to type 'number'.
    socket.pushEvent(Chart.messages.points, { values: ["1"] });
    // @ts-expect-error -- Argument of type '{}' is not assignable to parameter of type '{ values: readonly number[]; }…'.
    socket.pushEvent(Chart.messages.points, {});
    // @ts-expect-error -- Expected 2-3 arguments, but got 1.
    socket.pushEvent(Chart.messages.points);
    // @ts-expect-error -- Object literal may only specify known properties, and 'more' does not exist in type '{ values: readonly number[]; }…'.
    socket.pushEvent(Chart.messages.points, { values: [], more: 1 });
    // @ts-expect-error -- Property 'pionts' does not exist on type '…'. Did you mean 'points'?
    socket.pushEvent(Chart.messages.pionts, { values: [] });
    // @ts-expect-error -- Property 'message' is missing in type '{ payload: …; reply: …; }' but required in type '{ message: … }'.
    socket.pushEvent(Chart.pushes.picked, { index: 1 });
    // @ts-expect-error -- Argument of type 'string' is not assignable to parameter of type 'HookMessage<…>'.
    socket.pushEvent("points", { values: [1] });
    // @ts-expect-error -- … 'at' does not exist in type 'Mistake<"at: a Date arrives as a string: send date.toISOString()">'.
    socket.pushEvent(pageEvent<{ at: Date }>("at"), { at: new Date() });
    // @ts-expect-error -- Property '"holdfast"' is missing in type 'Row' but required in type 'Mistake<"postedAt: a Date arrives as a string: send date.toISOString()">'.
    socket.pushEvent(pageEvent<Row>("row"), row);
  },
  render,
});

// ---- the server's side: what the hook pushes ----

/** A row of a table. */
interface Row { id: number; title: string; body: string; author: string; views: number; likes: number; tags: string[]; draft: boolean; postedAt: Date }
declare const row: Row;
const Picked = z.object({ index: z.coerce.number() });
liveView.define({
  authorize: "public",
  mount: () => ({ labels: ["a"] }),
  events: {
    picked: {
      from: Chart.pushes.picked,
      params: Picked,
      handle(socket, { index }) {
        same<Same<typeof index, number>>();
        same<Same<typeof socket.assigns.labels, string[]>>();
        return reply({ label: socket.assigns.labels[index] ?? "" });
      },
    },
    closed: { from: Chart.pushes.closed, handle: (socket) => socket.assign({ labels: [] }) },
    other: { from: "anywhere", params: z.object({ n: z.number() }), handle: (_socket, { n }) => reply({ n }) },
  },
  render: (_assigns, on) => html`<b phx-click=${on.other}></b>`,
});
liveView.define({
  authorize: "public",
  // @ts-expect-error -- … & Mistake<"the hook pushes this as \"picked\"">
  events: { pickd: { from: Chart.pushes.picked, params: Picked, handle: () => reply({ label: "" }) } },
  render,
});
liveView.define({
  authorize: "public",
  // @ts-expect-error -- … & Mistake<"the hook pushes another payload than params take">
  events: { picked: { from: Chart.pushes.picked, params: z.object({ index: z.string() }), handle: () => reply({ label: "" }) } },
  render,
});
liveView.define({
  authorize: "public",
  // @ts-expect-error -- Property 'label' is missing in type '{ labl: string; }' but required in type '{ label: string; }'.
  events: { picked: { from: Chart.pushes.picked, params: Picked, handle: () => reply({ labl: "" }) } },
  render,
});
liveView.define({
  authorize: "public",
  // @ts-expect-error -- Type 'void' is not assignable to type 'MaybePromise<Redirect | Reply<{ label: string; }>>'.
  events: { picked: { from: Chart.pushes.picked, params: Picked, handle: () => {} } },
  render,
});
liveView.define({
  authorize: "public",
  // @ts-expect-error -- Type 'HookMessage<…>' is not assignable to type '(HookPush<unknown, unknown, string> | "anywhere") & …'.
  events: { points: { from: Chart.messages.points, handle: () => {} } },
  render,
});
liveView.define({
  authorize: "public",
  // @ts-expect-error -- 'handel' does not exist in type '…'. Did you mean to write 'handle'?
  events: { picked: { from: "anywhere", handel: () => {} } },
  render,
});
liveComponent().define({
  events: {
    picked: { from: Chart.pushes.picked, params: Picked, handle: (_socket, { index }) => reply({ label: String(index) }) },
    // @ts-expect-error -- Type 'Reply<{ label: string; }>' is not assignable to type 'MaybePromise<void | Redirect>'.
    closed: { from: Chart.pushes.closed, handle: () => reply({ label: "" }) },
  },
  render,
});

// ---- the kit ----

declare const page: LivePage;
page.expectPush(Chart.messages.points, { values: [1] });
page.refutePushEvent(confetti);
const answered = page.renderHook(Chart.pushes.picked, { index: 1 });
same<Same<typeof answered, Promise<{ label: string }>>>();
// @ts-expect-error -- Type 'string' is not assignable to type 'number'.
page.expectPush(Chart.messages.points, { values: ["1"] });
// @ts-expect-error -- 'indx' does not exist in type '{ index: number; }'. Did you mean to write 'index'?
void page.renderHook(Chart.pushes.picked, { indx: 1 });

// ---- the browser's side ----

const chart = clientHook(Chart, {
  last: 0,
  async mounted() {
    same<Same<typeof this.el, HTMLElement>>();
    this.handleEvent("points", ({ values }) => same<Same<typeof values, readonly number[]>>());
    const reply = await this.pushEvent("picked", { index: this.last });
    same<Same<typeof reply, { label: string }>>();
    await this.pushEvent("closed");
    const [settled] = await this.pushEventTo("#other", "picked", { index: 1 });
    if (settled?.status === "fulfilled") same<Same<typeof settled.value.reply, { label: string }>>();
    this.draw();
    // @ts-expect-error: an event that is not declared
    void this.pushEvent("piked", { index: 1 });
    // @ts-expect-error: a payload of another type
    void this.pushEvent("picked", { index: "1" });
    // @ts-expect-error: a payload that is missing
    void this.pushEvent("picked");
    // @ts-expect-error: a message that is not declared
    this.handleEvent("pionts", () => {});
    // @ts-expect-error: a payload that is read as another type
    this.handleEvent("points", ({ values }: { values: string }) => void values);
    // @ts-expect-error: a method that the hook does not have
    this.drawn();
  },
  draw() {
    this.last++;
  },
});
same<Same<keyof typeof chart, "Chart">>();

class ChartHook extends viewHook(Chart) {
  override mounted(): void {
    void this.pushEvent("picked", { index: 1 }).then(({ label }) => label);
    // @ts-expect-error: a payload of another type
    void this.pushEvent("picked", { index: "1" });
    // @ts-expect-error: an event that is not declared
    void this.pushEvent("piked", {});
    this.handleEvent("points", ({ values }) => same<Same<typeof values, readonly number[]>>());
  }
}
clientHook(Plain, {
  // @ts-expect-error -- Type '() => void' is not assignable to type '… & Mistake<"the client calls mounted">'.
  onMounted() {},
  onclick() {},
});
clientHook(Plain, {
  mounted() {
    // @ts-expect-error: this hook pushes nothing
    void this.pushEvent("anything", {});
  },
});
declare const instance: HookInstance<typeof Chart, HTMLCanvasElement>;
same<Same<typeof instance.el, HTMLCanvasElement>>();

onPageEvent(confetti, ({ pieces }) => same<Same<typeof pieces, number>>());
// @ts-expect-error -- Property 'parts' does not exist on type '{ pieces: number; }'.
onPageEvent(confetti, ({ parts }) => void parts);

// ---- connect ----

connect({
  hooks: { ...chart, [Chart.name]: ChartHook, Old: { mounted() { this.el.focus(); } } },
  params: (view) => ({ zone: view?.id }), metadata: { click: (event) => ({ alt: event.altKey }) }, defaults: { debounce: 100 },
  uploaders: {}, bindingPrefix: "data-phx-", heartbeatIntervalMs: 20_000, connectionState: false, drafts: { maxAgeMs: 1000 },
});
// @ts-expect-error: an option that does not exist
connect({ hook: {} });
// @ts-expect-error: a number of milliseconds, not a text
connect({ drafts: { maxAgeMs: "1 day" } });
// @ts-expect-error: phoenix's own fallback moves everybody to long poll at the first deploy: `longPoll` decides better
connect({ longPollFallbackMs: 2500 });
