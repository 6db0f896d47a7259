// One declaration of a client hook binds both sides: what is wrong in either does not compile.
import { clientHook, connect, viewHook, type HookInstance } from "holdfast/client";
import { defineHook, message, push, type HookMessage, type MessagePayload, type PushPayload, type PushReply } from "holdfast/hooks";

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

// ---- the server's side: a function with the signature of the socket's ----

declare function pushEvent<P>(event: HookMessage<P>, payload: NoInfer<P>): void;
pushEvent(Chart.messages.points, { values: [1, 2] });
pushEvent(Chart.messages.cleared, {});
// @ts-expect-error: a payload of another type
pushEvent(Chart.messages.points, { values: ["1"] });
// @ts-expect-error: a payload that is missing
pushEvent(Chart.messages.points, {});
// @ts-expect-error: a key that nobody reads
pushEvent(Chart.messages.points, { values: [], more: 1 });
// @ts-expect-error: a message that is not declared
pushEvent(Chart.messages.pionts, { values: [] });
// @ts-expect-error: what the hook pushes is not what it is sent
pushEvent(Chart.pushes.picked, { index: 1 });

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
  mounted() {
    // @ts-expect-error: this hook pushes nothing
    void this.pushEvent("anything", {});
  },
});
declare const instance: HookInstance<typeof Chart, HTMLCanvasElement>;
same<Same<typeof instance.el, HTMLCanvasElement>>();

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
