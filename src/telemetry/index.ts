/**
 * What happens inside, for those who listen: names of `node:diagnostics_channel` and what is published on them. Nobody
 * listening costs one check.
 *
 * @module
 */
export { began, ended, running, showActivity, type ActivityBoard } from "./activity.js";
export { currentOwner, OwnerRef, type Owning } from "./current-owner.js";
export { emit, heard, onTelemetry, TELEMETRY_EVENTS, type EventRefusal, type TransportName, type TelemetryEvents } from "./events.js";
export { withoutContext } from "./without-context.js";
export {
  onSpan, spans, TELEMETRY_SPANS, traceSpans, type SpanDetails, type SpanEvent, type SpanListener, type SpanName,
  type SpanBeginner, type SpanTracer, type TracedSpan,
} from "./spans.js";
