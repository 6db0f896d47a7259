/**
 * OpenTelemetry: records the spans of `docs/telemetry.md` with a tracer, nested as they run.
 *
 * @module
 */
import { checkOptions, having, LIST, NUMBER } from "../errors/options.js";
import type { Attributes, Context, Span, SpanKind, Tracer, TracerProvider } from "@opentelemetry/api";
import {
  onTelemetry, TELEMETRY_SPANS, traceSpans, type SpanBeginner, type SpanEvent, type SpanName, type SpanTracer, type TracedSpan,
} from "../telemetry/index.js";
import { context, createContextKey, ROOT_CONTEXT, spanKind, SpanStatusCode, trace, TraceFlags } from "./api.js";
import { giveOwners } from "./context-manager.js";

export { HoldfastContextManager } from "./context-manager.js";

/** Which spans are recorded, how often, and by which provider. */
export interface OpenTelemetryOptions {
  /** Default: the provider that the SDK has registered globally. */
  readonly tracerProvider?: TracerProvider;
  /**
   * The kinds of spans to create. Each costs CPU in every recorded trace: `render`, for instance, adds one span per event.
   * Default: `handshake`, `request`, `join`, `mount`, `turn`, `event`, `broadcast`.
   */
  readonly spans?: readonly SpanName[];
  /**
   * The share of joins, events, requests and broadcasts that begin a trace, 0 to 1; of these the SDK's sampler chooses. A traced
   * event takes nearly twice the CPU of an untraced one, so sample in production: `docs/telemetry.md` has figures. A trace left out
   * here costs less than one that the SDK's sampler leaves out. An active trace is always joined. Default 1.
   */
  readonly sample?: number;
}

/** How a kind of span is shown. */
interface Shown<Name extends SpanName> {
  readonly kind?: SpanKind;
  /** `trace`: begins a trace. `part`: joins the active trace, or begins one. Others exist only within a recorded trace. */
  readonly begins?: "trace" | "part";
  /** Whether its name and attributes are complete only when it ends. */
  readonly late?: boolean;
  name(event: SpanEvent<Name>): string;
  attributes(event: SpanEvent<Name>): Attributes;
}

const SHOWN: { readonly [Name in SpanName]: Shown<Name> } = {
  request: {
    kind: spanKind.SERVER, begins: "part", late: true,
    name: ({ method, route }) => (route === undefined ? method : `${method} ${route}`),
    // https://opentelemetry.io/docs/specs/semconv/http/http-spans/
    attributes: ({ method, route, status }) =>
      ({ "http.request.method": method, "http.route": route, "http.response.status_code": status }),
  },
  handshake: {
    kind: spanKind.SERVER, begins: "part", late: true,
    name: ({ path }) => `handshake ${path}`,
    attributes: ({ path, status }) => ({ "url.path": path, "http.response.status_code": status }),
  },
  // A socket outlives its request, so each join and event on it begins a trace of its own.
  join: { kind: spanKind.SERVER, begins: "trace", name: ({ view }) => `join ${view}`, attributes: ofView },
  // Not named after its event: before the gate has checked it, that is whatever the client sent.
  turn: {
    kind: spanKind.SERVER, begins: "trace",
    name: ({ view }) => `event ${view}`, attributes: ({ view, event }) => ({ ...ofView({ view }), "holdfast.event": event }),
  },
  mount: {
    name: ({ view }) => `mount ${view}`, attributes: ({ view, connected }) => ({ ...ofView({ view }), "holdfast.connected": connected }),
  },
  event: { name: ({ view, event }) => `handle ${view} ${event}`, attributes: ofView },
  render: { name: ({ view }) => `render ${view}`, attributes: ofView },
  diff: { name: ({ view }) => `diff ${view}`, attributes: ofView },
  broadcast: {
    kind: spanKind.PRODUCER, begins: "part",
    name: ({ event }) => `broadcast ${event}`,
    attributes: ({ topic, event, local }) => ({ "messaging.destination.name": topic, "holdfast.event": event, "holdfast.local": local }),
  },
};

function ofView({ view }: { readonly view: string }): Attributes {
  return { "holdfast.view": view };
}

const DEFAULT_SPANS: readonly SpanName[] = ["handshake", "request", "join", "mount", "turn", "event", "broadcast"];

/** Set while one of our traces runs. A broadcast clears it: its subscribers do not belong to the publisher's trace. */
const WITHIN = createContextKey("holdfast trace");

/**
 * The context of work that is not traced. It has an unsampled span, so that instrumentations within it (of a database, of
 * `fetch`) begin no traces of their own.
 */
const NO_SPAN = trace.wrapSpanContext({
  traceId: "686f6c64666173740000000000000001",
  spanId: "686f6c6466617374",
  traceFlags: TraceFlags.NONE,
});
const UNTRACED = trace.setSpan(ROOT_CONTEXT, NO_SPAN);

const UNTRACED_SPAN: TracedSpan = { run: (job) => context.with(UNTRACED, job) };

/** What is left out runs untraced. With `HoldfastContextManager` a view's code does already. */
function leftOut(active: Context): TracedSpan | undefined {
  return active === UNTRACED ? undefined : UNTRACED_SPAN;
}

/**
 * Records Holdfast's spans with OpenTelemetry. A request joins the active trace or begins one; each join and each event begins
 * one. Whatever runs within them, including your own spans and those of other instrumentations, is nested. A refusal sets the
 * attribute `holdfast.refused`; a throw is recorded as an exception, with the message that the application gave it. Nothing else
 * in a span is what a user typed.
 *
 * A trace that is not sampled has no further spans.
 *
 * @returns a function that stops the tracing
 * @example
 * new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] })
 *   .register({ contextManager: new HoldfastContextManager() });
 * openTelemetry({ sample: 0.01 });
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): () => void {
  checkOptions<OpenTelemetryOptions>("endpoint_config_invalid", { of: "openTelemetry", fix: "openTelemetry({ sample: 0.01 })" }, options, {
    tracerProvider: having("a TracerProvider", "getTracer"), spans: LIST, sample: NUMBER,
  });
  const { tracerProvider, spans = DEFAULT_SPANS, sample = 1 } = options;
  const tracer = (tracerProvider ?? trace.getTracerProvider()).getTracer("holdfast");
  const recorded = { traces: 0 };
  const by: { -readonly [Name in SpanName]?: SpanTracer[Name] } = {};
  const add = <Name extends SpanName>(name: Name): void => {
    by[name] = beginner(tracer, SHOWN[name], sample, recorded) as SpanTracer[Name];
  };
  for (const name of spans) if (Object.hasOwn(TELEMETRY_SPANS, name)) add(name);
  const stops = [
    traceSpans(by),
    giveOwners(sample < 1 ? UNTRACED : ROOT_CONTEXT),
    onTelemetry("holdfast:event:refused", ({ reason }) => void trace.getActiveSpan()?.setAttribute("holdfast.refused", reason)),
    onTelemetry("holdfast:join:refused", ({ reason }) => void trace.getActiveSpan()?.setAttribute("holdfast.refused", reason)),
  ];
  return () => stops.forEach((stop) => stop());
}

/**
 * Begins spans of one kind.
 *
 * @param recorded counts the spans that may have others within them and have not ended. At 0, which is usual when few traces are
 *   sampled, an event need not ask for its active context, and makes nothing for the spans within it.
 */
function beginner<Name extends SpanName>(
  tracer: Tracer, shown: Shown<Name>, sample: number, recorded: { traces: number },
): SpanBeginner<Name> {
  const { kind = spanKind.INTERNAL, begins, late } = shown;
  const begin = (event: SpanEvent<Name>): TracedSpan | undefined => {
    const active = context.active();
    if (begins === "trace" && sample < 1 && Math.random() >= sample) return leftOut(active);
    if (begins === undefined && active.getValue(WITHIN) !== true) return undefined;
    const parent = begins === "part" ? trace.getSpan(active) : undefined;
    const root = begins !== undefined && (parent === undefined || parent === NO_SPAN);
    if (begins === "part" && root && sample < 1 && Math.random() >= sample) return leftOut(active);
    const span = tracer.startSpan(shown.name(event), { kind, root, attributes: shown.attributes(event) }, active);
    // An unsampled trace stays in the context, so that other services do not sample their part of it either.
    const holds = span.isRecording() && shown !== SHOWN.broadcast;
    const within = trace.setSpan(active, span).setValue(WITHIN, holds);
    if (holds) recorded.traces++;
    return {
      run: (job) => context.with(within, job),
      end({ error }) {
        if (holds) recorded.traces--;
        if (span.isRecording()) {
          if (late === true) span.updateName(shown.name(event)).setAttributes(shown.attributes(event));
          if (error !== undefined) fail(span, error);
        }
        span.end();
      },
    };
  };
  return begins === undefined ? { begin, possible: () => recorded.traces > 0 } : { begin };
}

function fail(span: Span, error: unknown): void {
  span.recordException(error instanceof Error ? error : String(error));
  span.setStatus({ code: SpanStatusCode.ERROR });
}
