import type { Hole, StaticBinding, TemplateElement } from "./place.js";
import { Spread } from "./spread.js";

const UPDATE = "phx-update";
const IGNORE = "ignore";

/** An element that may be ignored, with its content. */
interface Candidate {
  /** The hole that decides; undefined if the template itself decides. */
  readonly decidedBy: number | undefined;
  readonly holes: ReadonlySet<number>;
  readonly bindings: readonly StaticBinding[];
}

/** What a browser keeps from one render of a template, whatever later ones contain. */
interface Kept {
  /** The indexes of holes. */
  readonly holes: ReadonlySet<number>;
  /** The template's own bindings. */
  readonly bindings: readonly StaticBinding[];
}

/**
 * The parts of a template that the browser keeps as they were first rendered: elements with `phx-update="ignore"`, including
 * their own bindings. The client updates nothing in them but the element's own `data-*`.
 */
export class IgnoredParts {
  readonly #candidates: readonly Candidate[];

  private constructor(candidates: readonly Candidate[]) {
    this.#candidates = candidates;
  }

  /** Finds them; undefined if the template has none, like most. */
  static of(elements: readonly TemplateElement[], holes: readonly Hole[], bindings: readonly StaticBinding[]): IgnoredParts | undefined {
    const candidates = elements.flatMap((element) => {
      const decidedBy = deciderOf(element);
      if (decidedBy === undefined) return [];
      const inside = (index: number): boolean => index === element.index || (index >= 0 && inside(elements[index]!.parent));
      return [{
        decidedBy: decidedBy === IGNORE ? undefined : decidedBy,
        holes: new Set(holes.flatMap(({ place }, at) => (inside(place.elementIndex) ? [at] : []))),
        bindings: bindings.filter(({ elementIndex }) => inside(elementIndex)),
      }];
    });
    return candidates.length === 0 ? undefined : new IgnoredParts(candidates);
  }

  /** What is kept of a render with these values; undefined if nothing is. */
  in(values: readonly unknown[]): Kept | undefined {
    const kept = this.#candidates.filter(({ decidedBy }) => decidedBy === undefined || says(values[decidedBy]));
    if (kept.length < 2) return kept[0];
    return { holes: new Set(kept.flatMap(({ holes }) => [...holes])), bindings: kept.flatMap(({ bindings }) => bindings) };
  }
}

/** What decides whether an element is ignored: the template, one of its holes, or nothing. */
function deciderOf({ attributes, spreads }: TemplateElement): typeof IGNORE | number | undefined {
  const own = attributes.get(UPDATE);
  if (own === undefined) return spreads[0];
  return own.holes[0] ?? (own.value === IGNORE ? IGNORE : undefined);
}

function says(value: unknown): boolean {
  return value === IGNORE || (value instanceof Spread && value.entries.some(([name, part]) => name === UPDATE && part === IGNORE));
}
