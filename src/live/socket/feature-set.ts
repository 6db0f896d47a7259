import { Feature, type FeatureKind } from "./owner.js";

/** What a feature may do in every job or render. */
const TURNS = ["flushed", "afterRender", "addTo", "mustSend", "submitsLater", "open"] as const;
type Turn = (typeof TURNS)[number];

/**
 * Which features an owner has, in the order of their first use, and which of them take part in what. Owners with the same features share
 * one, so a job does not touch the features that have nothing to do in it. On a node with thousands of views, touching one means waiting
 * for memory.
 */
export class FeatureSet {
  static readonly none = new FeatureSet([]);
  readonly #kinds: readonly FeatureKind<Feature>[];
  readonly #larger = new Map<FeatureKind<Feature>, FeatureSet>();
  /** The places of those that take part. */
  readonly takingPart: Readonly<Record<Turn, readonly number[]>>;

  private constructor(kinds: readonly FeatureKind<Feature>[]) {
    this.#kinds = kinds;
    const places = (turn: Turn): number[] => kinds.flatMap((kind, place) => (overrides(kind, turn) ? [place] : []));
    this.takingPart = Object.fromEntries(TURNS.map((turn) => [turn, places(turn)])) as Record<Turn, number[]>;
  }

  /** The place of a feature; -1 if it is not there. */
  placeOf(kind: FeatureKind<Feature>): number {
    return this.#kinds.indexOf(kind);
  }

  /** The same features and one more, at the end. */
  with(kind: FeatureKind<Feature>): FeatureSet {
    let larger = this.#larger.get(kind);
    if (larger === undefined) this.#larger.set(kind, (larger = new FeatureSet([...this.#kinds, kind])));
    return larger;
  }
}

function overrides(kind: FeatureKind<Feature>, turn: Turn): boolean {
  for (let proto: object = kind.prototype; proto !== Feature.prototype; proto = Object.getPrototypeOf(proto) as object) {
    if (Object.hasOwn(proto, turn)) return true;
  }
  return false;
}
