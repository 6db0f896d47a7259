import { HoldfastError } from "../../errors/index.js";
import { ComponentCall, html, Rendered, ViewCall } from "../../html/index.js";

/**
 * The template that a render returned. A component or a nested view may also stand alone.
 *
 * @throws HoldfastError `view_definition_invalid` for anything else
 */
export function templateOf(rendered: unknown, owner: string): Rendered {
  if (rendered instanceof Rendered) return rendered;
  if (rendered instanceof ComponentCall || rendered instanceof ViewCall) return html`${rendered}`;
  throw new HoldfastError("view_definition_invalid", {
    what: `The ${owner} did not render a template.`, expected: "a template: html`…`",
    got: rendered instanceof Promise ? "a promise" : typeof rendered, fix: "render: (assigns) => html`…`; load data in mount",
  });
}
