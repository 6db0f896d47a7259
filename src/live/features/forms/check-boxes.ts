import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import { isRecord } from "../../../components/index.js";

/**
 * Check boxes as booleans and lists. A browser sends a ticked box as text, and nothing for one that is not ticked, for a group without a
 * ticked one, or for a list without items. Which fields are booleans or lists, a schema says as Standard JSON Schema; one that cannot say
 * it receives what was sent.
 *
 * @see https://standardschema.dev/json-schema
 * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#constructing-entry-list
 * @module
 */

/** The parts of a JSON Schema that tell where booleans are. */
interface JsonSchema {
  readonly type?: unknown;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

/** The text of a ticked box, the kit's and HTML's own, and of a hidden field in the place of one that is not ticked. */
const TEXTS: ReadonlyMap<unknown, boolean> = new Map([["true", true], ["on", true], ["false", false]]);

/** What each schema says of itself: it is asked once. */
const known = new WeakMap<object, JsonSchema>();

/** The fields of a form as a schema receives them: where it takes a boolean, the text of a box is one. */
export function withBooleans(fields: unknown, schema: StandardSchemaV1): unknown {
  let shape = known.get(schema);
  if (shape === undefined) known.set(schema, shape = shapeOf(schema["~standard"]));
  return new Boxes(shape).decoded(fields, shape);
}

/** What libraries refuse to describe, such as a date or a trimmed text, may be anything: one such field must not hide the boxes. */
const LENIENT = { unrepresentable: "any", errorMode: "ignore" }; // zod's option, and valibot's

function shapeOf(standard: StandardSchemaV1["~standard"] & Partial<StandardJSONSchemaV1["~standard"]>): JsonSchema {
  try {
    return standard.jsonSchema?.input({ target: "draft-2020-12", libraryOptions: LENIENT }) ?? {};
  } catch {
    return {};
  }
}

/** Reads the boxes of one schema. */
class Boxes {
  readonly #root: JsonSchema;

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  decoded(value: unknown, reference: JsonSchema): unknown {
    const shape = this.#resolved(reference);
    if (this.#isBoolean(shape)) return TEXTS.get(value) ?? value;
    const { items } = shape;
    if (Array.isArray(value)) return items === undefined ? value : value.map((item) => this.decoded(item, items));
    if (!isRecord(value)) return value;
    const fields: Record<string, unknown> = { ...value };
    for (const { properties = {}, required = [], additionalProperties } of this.#parts(shape, value)) {
      for (const [name, inner] of Object.entries(properties)) {
        const isSent = Object.hasOwn(fields, name);
        const next = isSent ? this.decoded(fields[name], inner) : required.includes(name) ? this.#unsent(inner) : undefined;
        if (next !== undefined) fields[name] = next;
      }
      if (typeof additionalProperties !== "object") continue;
      for (const name of Object.keys(value)) {
        if (!Object.hasOwn(properties, name)) fields[name] = this.decoded(fields[name], additionalProperties);
      }
    }
    return fields;
  }

  /** What describes these fields: the schema, all that it joins, and of alternatives the one that they can be. */
  #parts(shape: JsonSchema, fields: Readonly<Record<string, unknown>>): JsonSchema[] {
    const possible = (shape.anyOf ?? shape.oneOf ?? []).map((one) => this.#resolved(one)).filter((one) => this.#fits(one, fields));
    const joined = [...(shape.allOf ?? []).map((one) => this.#resolved(one)), ...(possible.length === 1 ? possible : [])];
    return [shape, ...joined.flatMap((one) => this.#parts(one, fields))];
  }

  /** Whether the fields can be this object, as far as its constants say, such as the `kind` of a discriminated union. */
  #fits({ type, properties = {} }: JsonSchema, fields: Readonly<Record<string, unknown>>): boolean {
    if (type !== undefined && type !== "object") return false;
    return Object.entries(properties).every(([name, { const: only }]) => {
      if (typeof only === "boolean") return (TEXTS.get(fields[name]) ?? false) === only;
      return only === undefined || fields[name] === String(only);
    });
  }

  /** What a required field stands for that was not sent: a box that is not ticked, a list without items, or an object of such fields. */
  #unsent(reference: JsonSchema): unknown {
    const shape = this.#resolved(reference);
    if (this.#isBoolean(shape)) return false;
    const { type, properties = {}, required = [] } = shape;
    if (type === "array") return [];
    const sendsNothing = (inner: JsonSchema): boolean => this.#isBoolean(inner) || inner.type === "array";
    return required.some((name) => sendsNothing(this.#resolved(properties[name] ?? {}))) ? this.decoded({}, shape) : undefined;
  }

  /** Whether nothing but a boolean is taken, apart from null. */
  #isBoolean({ type, anyOf }: JsonSchema): boolean {
    if (anyOf !== undefined) {
      return anyOf.some((one) => this.#isBoolean(one)) && anyOf.every((one) => this.#isBoolean(one) || one.type === "null");
    }
    const types = Array.isArray(type) ? type.filter((one) => one !== "null") : [type];
    return types.length === 1 && types[0] === "boolean";
  }

  /** The schema that a reference leads to: of a schema that contains itself, or one that is used twice. */
  #resolved(shape: JsonSchema): JsonSchema {
    const { $ref } = shape;
    if ($ref === undefined) return shape;
    if ($ref === "#") return this.#root;
    return this.#root.$defs?.[$ref.replace("#/$defs/", "")] ?? {};
  }
}
