import { BOUND, decodeBound, type BoundValues } from "../../js/index.js";

/** Separates a name from the proof that it was rendered; bound values never contain it. */
const PROOF = `${BOUND}${BOUND}`;

/** An event name from the wire, split into its parts. */
export interface EventName {
  /** As rendered: the declared name with its bound values. */
  readonly rendered: string;
  /** The declared name. */
  readonly declared: string;
  /** The bound values as text; undefined if there are none. */
  readonly values: string | undefined;
  /** The proof that it was rendered, for places where the server forgets what it wrote. */
  readonly proof: string | undefined;
}

/** Splits a name into its parts. */
export function parseEventName(name: string): EventName {
  const proofAt = name.lastIndexOf(PROOF);
  const rendered = proofAt === -1 ? name : name.slice(0, proofAt);
  const boundAt = rendered.indexOf(BOUND);
  return {
    rendered,
    declared: boundAt === -1 ? rendered : rendered.slice(0, boundAt),
    values: boundAt === -1 ? undefined : rendered.slice(boundAt + 1),
    proof: proofAt === -1 ? undefined : name.slice(proofAt + PROOF.length),
  };
}

/** A name with its proof. */
export function provenName(rendered: string, proof: string): string {
  return rendered + PROOF + proof;
}

/** The values of a name that a page showed: the text is our own, so it parses. */
export function shownValues(values: string | undefined): BoundValues | undefined {
  return values === undefined ? undefined : decodeBound(values);
}
