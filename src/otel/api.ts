import { createRequire } from "node:module";
import { missingPackage } from "../errors/missing-package.js";

/** Loads OpenTelemetry's API, an optional peer. */
function load(): typeof import("@opentelemetry/api") {
  try {
    return createRequire(import.meta.url)("@opentelemetry/api") as typeof import("@opentelemetry/api");
  } catch (cause) {
    throw missingPackage({
      what: "holdfast/otel records spans with OpenTelemetry's API, which cannot be loaded", expected: "@opentelemetry/api 1.9",
      fix: "npm install @opentelemetry/api @opentelemetry/sdk-trace-node",
    }, cause);
  }
}

export const { context, createContextKey, ROOT_CONTEXT, SpanKind: spanKind, SpanStatusCode, trace, TraceFlags } = load();
