import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Context } from "hono";
import { StatusError } from "../errors/index.js";
import { checkValue, having } from "../errors/options.js";
import type { LiveForm } from "../live/index.js";
import { nestFields } from "../security/index.js";
import { sessionOf } from "./session.js";

/** What a request has sent of a form. */
export interface ReadForm<S extends StandardSchemaV1> {
  /** What the schema has made of the fields; undefined if they are not valid. */
  readonly data: StandardSchemaV1.InferOutput<S> | undefined;
  /** The form with what was sent, and with its errors: render it again. */
  readonly form: LiveForm<S>;
}

const FORM = having("a form, of form(schema)", "received");

/**
 * Reads a form that a browser posts to a plain route, as an event reads a live one: the fields' names become objects and lists
 * (`order[items][0][city]`), check boxes booleans, and the form's schema parses them. A file is a `File`; one that was not chosen is
 * left out. `limits.bodyBytes`, `bodyParts`, `formFields` and `formDepth` hold.
 *
 * @param form the form as it was rendered: `form(schema, initial, { as, lists })`
 * @throws {StatusError} 400 for a body that is no form, or a name with too many brackets; 413 for one that is too long
 * @example
 * app.post("/orders", async (c) => {
 *   const { data, form: order } = await readForm(c, form(Order, {}, { as: "order", lists: ["items"] }));
 *   if (data === undefined) return endpoint.renderPage(c, orderPage(c, order), { status: 422 });
 *   await orders.place(data);
 *   return c.redirect("/orders");
 * });
 */
export async function readForm<S extends StandardSchemaV1>(c: Context, form: LiveForm<S>): Promise<ReadForm<S>> {
  const { limits } = sessionOf(c);
  checkValue("session_misuse", { of: "readForm", fix: "await readForm(c, form(Order))" }, "the form", form, FORM);
  const body = await c.req.formData();
  const fields = nestFields([...body].filter(([, value]) => !isUnchosen(value)), limits);
  if (fields === undefined) throw new StatusError(400, "a field's name has too many brackets");
  const { data, next } = await form.received(fields, "submit");
  return { data: data?.value, form: next };
}

/**
 * An `<input type="file">` without a file sends one without a name.
 *
 * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#constructing-the-form-data-set
 */
function isUnchosen(value: string | File): boolean {
  return typeof value !== "string" && value.name === "" && value.size === 0;
}
