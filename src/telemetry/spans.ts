import { checkValue, OBJECT, type Kind, type OptionsPlace } from "../errors/options.js";
import { channel, type Channel } from "node:diagnostics_channel";
import type { Described } from "./events.js";

/**
 * The kinds of spans and their details. `status`, `route` and `refused` are filled in by the time the span stops. Names and numbers,
 * never values that a user typed.
 */
export interface SpanDetails {
  mount: { view: string; connected: boolean };
  join: { view: string; topic: string; refused?: string | undefined };
  turn: { view: string; event: string };
  event: { view: string; event: string };
  render: { view: string };
  diff: { view: string };
  broadcast: { topic: string; event: string; local: boolean };
  handshake: { path: string; transport: "websocket" | "longpoll"; status?: number };
  request: { method: string; route?: string; status?: number };
}

/** The name of a span. */
export type SpanName = keyof SpanDetails;

/** A span as a listener sees it: the same object at its start and at its end. */
export type SpanEvent<Name extends SpanName> = SpanDetails[Name] & {
  /** How long it took, ms. Undefined at the start. */
  ms?: number;
  /** What was thrown; only in `exception`. */
  error?: unknown;
};

/**
 * The registry of spans; `docs/telemetry.md` has the same words.
 *
 * @example
 * for (const name of Object.keys(TELEMETRY_SPANS) as SpanName[]) onSpan(name, { stop: ({ ms }) => histogram.record(ms!, { name }) });
 */
export const TELEMETRY_SPANS: { readonly [Name in SpanName]: Described<SpanDetails[Name]> } = {
  mount: {
    about: "A view is mounted: its hooks, its policy, `mount` and `handleParams`.",
    fields: { view: "name of the view", connected: "false for the page's HTML, true for its join" },
  },
  join: {
    about: "A view is joined. Runs from the join frame's turn to its reply; includes admission, mount and first render.",
    fields: {
      view: "name of the view", topic: "the topic, `lv:` and the id of the view's element",
      refused: "why nothing was joined: a refusal's reason, `left` if its client left meanwhile, `busy` if it has to try later",
    },
  },
  turn: {
    about: "An event is processed: the gate, the handler, the diff, until its reply.",
    fields: { view: "name of the view", event: "name of the event, at most 64 characters" },
  },
  event: {
    about: "The handler of an event runs.",
    fields: { view: "name of the view", event: "name of the event" },
  },
  render: {
    about: "A view's `render` and its layout are called.",
    fields: { view: "name of the view" },
  },
  diff: {
    about: "A page's changes are computed: `render`, live components and comparison.",
    fields: { view: "name of the view" },
  },
  broadcast: {
    about: "A message is given to the subscribers of this node and sent to the others.",
    fields: { topic: "name of the topic", event: "name of the event", local: "whether it stays on this node" },
  },
  handshake: {
    about: "A socket is opened: middleware, origin, session, limits.",
    fields: {
      path: "of the socket", transport: "`websocket` or `longpoll`",
      status: "101 (200 for long poll), or the status of the refusal",
    },
  },
  request: {
    about: "A request is answered; its body may still be on its way.",
    fields: { method: "GET, POST, …", route: "pattern of the route, such as `/posts/:id`", status: "of the response" },
  },
};

/** A span that a tracer has begun. */
export interface TracedSpan {
  /** Runs the span's job in the tracer's own context. */
  run<T>(job: () => T): T;
  /** Called when the job has ended; `error` is set if it threw. Left out, the job is not timed, which costs less. */
  end?(event: { readonly ms?: number; readonly error?: unknown }): void;
}

/** Begins a tracer's spans of one kind. */
export interface SpanBeginner<Name extends SpanName> {
  /** Whether `begin` could return a span now. Asked before anything is allocated for one. Default: it could. */
  possible?(): boolean;
  begin(event: SpanEvent<Name>): TracedSpan | undefined;
}

/** Begins the spans of a tracer, by kind. A kind that is left out is not traced. */
export type SpanTracer = { readonly [Name in SpanName]?: SpanBeginner<Name> };

let tracer: SpanTracer | undefined;

/**
 * Lets a tracer run the jobs of spans in its own contexts, which channels alone cannot do. Only one tracer is active: the last
 * one set.
 *
 * @returns a function that removes it
 */
export function traceSpans(by: SpanTracer): () => void {
  tracer = by;
  return () => {
    if (tracer === by) tracer = undefined;
  };
}

/** One kind of span. */
class Span<Name extends SpanName> {
  readonly #name: Name;
  readonly #start: Channel;
  readonly #stop: Channel;
  readonly #exception: Channel;

  constructor(name: Name) {
    this.#name = name;
    this.#start = channel(`holdfast:${name}:start`);
    this.#stop = channel(`holdfast:${name}:stop`);
    this.#exception = channel(`holdfast:${name}:exception`);
  }

  /** Whether anybody listens. Check it before you allocate anything for `run`. */
  get heard(): boolean {
    const traced = tracer?.[this.#name];
    return (traced !== undefined && (traced.possible === undefined || traced.possible())) || this.#published;
  }

  get #published(): boolean {
    return this.#stop.hasSubscribers || this.#start.hasSubscribers || this.#exception.hasSubscribers;
  }

  /**
   * Runs a job as a span. Stores bound to its start channel (`channel.bindStore`) are visible within it.
   *
   * @param detail published with the span; the job may add to it what it learns
   */
  run<T>(detail: SpanDetails[Name], job: () => T): T {
    const event: SpanEvent<Name> = detail;
    const traced = tracer?.[this.#name]?.begin(event);
    // Most jobs of a tracer that samples: nobody asks how long they take.
    if (traced?.end === undefined && !this.#published) return traced === undefined ? job() : traced.run(job);
    const startedAt = performance.now();
    const stop = (): void => {
      event.ms = performance.now() - startedAt;
      this.#stop.publish(event);
      traced?.end?.(event);
    };
    const fail = (error: unknown): never => {
      event.ms = performance.now() - startedAt;
      event.error = error;
      this.#exception.publish(event);
      traced?.end?.(event);
      throw error;
    };
    let result: T;
    try {
      result = this.#start.runStores(event, traced === undefined ? job : () => traced.run(job));
    } catch (error) {
      return fail(error);
    }
    if (!(result instanceof Promise)) {
      stop();
      return result;
    }
    return result.then((value: unknown) => {
      stop();
      return value;
    }, fail) as T;
  }
}

/** All kinds of spans. Call sites write `if (spans.mount.heard) return spans.mount.run({ … }, job);`. */
export const spans: { readonly [Name in SpanName]: Span<Name> } = {
  mount: new Span("mount"),
  join: new Span("join"),
  turn: new Span("turn"),
  event: new Span("event"),
  render: new Span("render"),
  diff: new Span("diff"),
  broadcast: new Span("broadcast"),
  handshake: new Span("handshake"),
  request: new Span("request"),
};

/** Listener for one kind of span. Each method is optional. */
export interface SpanListener<Name extends SpanName> {
  start?(event: SpanEvent<Name>): void;
  stop?(event: SpanEvent<Name>): void;
  exception?(event: SpanEvent<Name>): void;
}

const ON_SPAN: OptionsPlace = { of: "onSpan", fix: 'onSpan("event", { stop: ({ view, ms }) => { … } })' };
const SPAN_NAME: Kind = {
  called: `a name of TELEMETRY_SPANS: ${Object.keys(TELEMETRY_SPANS).join(", ")}`,
  fits: (value) => typeof value === "string" && Object.hasOwn(TELEMETRY_SPANS, value),
};

/**
 * Listens to a kind of span: `start`, then `stop` with `ms`, or `exception` with `ms` and `error`. All three receive the same
 * object. `docs/telemetry.md` lists the kinds.
 *
 * @returns a function that stops listening
 * @example
 * const stop = onSpan("event", { stop: ({ view, event, ms }) => histogram.record(ms!, { view, event }) });
 */
export function onSpan<Name extends SpanName>(name: Name, listener: SpanListener<Name>): () => void {
  checkValue("endpoint_config_invalid", ON_SPAN, "the name", name, SPAN_NAME);
  checkValue("endpoint_config_invalid", ON_SPAN, "the listener", listener, OBJECT);
  const stops = (["start", "stop", "exception"] as const).map((phase) => {
    const target = channel(`holdfast:${name}:${phase}`);
    const heard = (message: unknown): void => listener[phase]?.(message as SpanEvent<Name>);
    if (listener[phase] !== undefined) target.subscribe(heard);
    return () => void target.unsubscribe(heard);
  });
  return () => stops.forEach((stop) => stop());
}
