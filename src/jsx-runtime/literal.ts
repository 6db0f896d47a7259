import { HoldfastError } from "../errors/index.js";

/** Text from the application's source. Only `literal` creates it. */
export class Literal {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const literals = new WeakMap<TemplateStringsArray, Literal>();

/**
 * An attribute's value that is part of the template and not a hole: once compiled, TSX cannot distinguish `id="a"` from
 * `id={"a"}`. Values that decide what an element does must be written this way: `phx-hook`, `<link rel>`, `<meta
 * http-equiv>`, `<base href>`, `attributeName`. Elsewhere it saves comparing a value at each render.
 *
 * @throws HoldfastError `template_not_tagged` if it is called as a function; `template_hole_forbidden` for a literal with a hole
 * @example
 * <canvas id="sales" phx-hook={literal`Chart`}></canvas>
 */
export function literal(strings: TemplateStringsArray, ...holes: readonly never[]): Literal {
  const known = literals.get(strings);
  if (known !== undefined) return known;
  // As with `html`: a plain array could come from a user.
  if (!Array.isArray(strings) || !Array.isArray(strings.raw)) {
    throw new HoldfastError("template_not_tagged", {
      what: "literal was called with something that is not a template literal.", expected: "literal`…`", got: typeof strings,
      fix: "use it as a tag, without parentheses",
    });
  }
  const [text] = strings;
  if (holes.length > 0 || text === undefined) {
    throw new HoldfastError("template_hole_forbidden", {
      what: "A literal has a hole.", expected: "text that stands in the source", got: "literal`…${…}…`",
      fix: "choose between literals: wide ? literal`Wide` : literal`Narrow`",
    });
  }
  const made = new Literal(text);
  literals.set(strings, made);
  return made;
}
