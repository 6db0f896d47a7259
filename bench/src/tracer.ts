// Switches OpenTelemetry on and off in a running server. Its exporter drops the spans, so that only recording is measured.
import { context, trace } from "@opentelemetry/api";
import { BatchSpanProcessor, NodeTracerProvider, type SpanExporter } from "@opentelemetry/sdk-trace-node";
import { HoldfastContextManager, openTelemetry } from "holdfast/otel";

const exporter: SpanExporter = { export: (_spans, done) => done({ code: 0 }), shutdown: () => Promise.resolve() };

let stop = (): Promise<void> => Promise.resolve();

/**
 * Records spans from now on, with this sample instead of the previous one.
 *
 * @param sample the share of events that begin a trace, 0 to 1; undefined: no OpenTelemetry
 */
export async function traceWith(sample: number | undefined): Promise<void> {
  await stop();
  stop = () => Promise.resolve();
  if (sample === undefined) return;
  const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
  provider.register({ contextManager: new HoldfastContextManager() });
  const stopSpans = openTelemetry({ sample });
  stop = () => {
    stopSpans();
    trace.disable();
    context.disable();
    return provider.shutdown();
  };
}
