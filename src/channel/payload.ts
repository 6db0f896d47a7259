import type { StandardSchemaV1 } from "@standard-schema/spec";
import { andThen, type MaybePromise } from "../mailbox/index.js";
import { sanitizeJson, withinJsonLimits, type Limits } from "../security/index.js";

/** The payload of a frame as an object: a client may send anything, and anything but an object reads as an empty one. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** A payload that its schema accepts. */
interface Accepted {
  readonly value: unknown;
}

/** A client's JSON as its schema reads it; undefined if it exceeds the limits, or the schema refuses it. Without a schema, the JSON. */
export function acceptedJson(payload: unknown, schema: StandardSchemaV1 | undefined, limits: Limits): MaybePromise<Accepted | undefined> {
  return withinJsonLimits(payload, limits) ? accepted(sanitizeJson(payload), schema) : undefined;
}

/** A value as its schema reads it. */
export function accepted(value: unknown, schema: StandardSchemaV1 | undefined): MaybePromise<Accepted | undefined> {
  if (schema === undefined) return { value };
  return andThen(schema["~standard"].validate(value), (result) => (result.issues === undefined ? result : undefined));
}
