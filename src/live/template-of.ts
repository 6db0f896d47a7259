import { HoldfastError } from "../errors/index.js";
import { Rendered } from "../html/index.js";

/** @throws HoldfastError `view_definition_invalid` if what was rendered is no template */
export function templateOf(rendered: unknown, owner: string): Rendered {
  if (rendered instanceof Rendered) return rendered;
  throw new HoldfastError("view_definition_invalid", {
    what: `The ${owner} did not render a template.`, expected: "what the tag html gives",
    got: rendered instanceof Promise ? "a promise" : typeof rendered, fix: "render: (assigns) => html`…`, and load in mount",
  });
}
