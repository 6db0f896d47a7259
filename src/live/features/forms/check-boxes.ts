import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import { isRecord } from "../../../components/index.js";

/**
 * Check boxes as booleans. A browser sends a ticked box as text, and nothing for one that is not ticked. Which fields are
 * booleans, a schema says as Standard JSON Schema; one that cannot say it receives what was sent.
 *
 * @see https://standardschema.dev/json-schema
 * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#constructing-entry-list
 * @module
 */

/** The parts of a JSON Schema that tell where booleans are. */
interface JsonSchema {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

/** The text of a ticked box, the kit's and HTML's own, and of a hidden field in the place of one that is not ticked. */
const TEXTS: ReadonlyMap<unknown, boolean> = new Map([["true", true], ["on", true], ["false", false]]);

/** What each schema says of itself: it is asked once. */
const known = new WeakMap<object, JsonSchema>();

/** The fields of a form as a schema receives them: where it takes a boolean, the text of a box is one. */
export function withBooleans(fields: unknown, schema: StandardSchemaV1): unknown {
  let shape = known.get(schema);
  if (shape === undefined) known.set(schema, shape = shapeOf(schema["~standard"]));
  return decoded(fields, shape);
}

function shapeOf(standard: StandardSchemaV1["~standard"] & Partial<StandardJSONSchemaV1["~standard"]>): JsonSchema {
  try {
    // Zod refuses dates and the like unless this option says that they may be anything. Other libraries ignore it.
    return standard.jsonSchema?.input({ target: "draft-2020-12", libraryOptions: { unrepresentable: "any" } }) ?? {};
  } catch {
    return {};
  }
}

function decoded(value: unknown, shape: JsonSchema): unknown {
  if (isBoolean(shape)) return TEXTS.get(value) ?? value;
  const { items } = shape;
  if (Array.isArray(value)) return items === undefined ? value : value.map((item) => decoded(item, items));
  if (!isRecord(value)) return value;
  const fields: Record<string, unknown> = { ...value };
  for (const part of [shape, ...(shape.allOf ?? [])]) {
    for (const [name, inner] of Object.entries(part.properties ?? {})) {
      const sent = Object.hasOwn(fields, name)
        ? decoded(fields[name], inner)
        : part.required?.includes(name) === true
          ? unsent(inner)
          : undefined;
      if (sent !== undefined) fields[name] = sent;
    }
  }
  return fields;
}

/** What a required field stands for that was not sent: a box that is not ticked, or an object of such boxes. */
function unsent(shape: JsonSchema): unknown {
  if (isBoolean(shape)) return false;
  const { properties = {}, required = [] } = shape;
  return required.some((name) => isBoolean(properties[name] ?? {})) ? decoded({}, shape) : undefined;
}

/** Whether nothing but a boolean is taken, apart from null. */
function isBoolean({ type, anyOf }: JsonSchema): boolean {
  if (anyOf !== undefined) return anyOf.some(isBoolean) && anyOf.every((one) => isBoolean(one) || one.type === "null");
  const types = Array.isArray(type) ? type.filter((one) => one !== "null") : [type];
  return types.length === 1 && types[0] === "boolean";
}
