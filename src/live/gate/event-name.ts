import type { LockedFields, LongText } from "../../html/index.js";
import { BOUND, decodeBound, encodeBound, type BoundValues } from "../../js/index.js";
import { digestOf } from "./locked-fields.js";

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
  /** With a proof: the fields that the user of its form cannot change, as text; undefined if there are none. */
  readonly locked: string | undefined;
}

/** Splits a name into its parts. */
export function parseEventName(name: string): EventName {
  if (!name.includes(BOUND)) return { rendered: name, declared: name, values: undefined, proof: undefined, locked: undefined };
  const proofAt = name.lastIndexOf(PROOF);
  const rendered = proofAt === -1 ? name : name.slice(0, proofAt);
  const boundAt = rendered.indexOf(BOUND);
  const [proof, locked] = proofAt === -1 ? [] : split(name.slice(proofAt + PROOF.length));
  return {
    rendered,
    declared: boundAt === -1 ? rendered : rendered.slice(0, boundAt),
    values: boundAt === -1 ? undefined : rendered.slice(boundAt + 1),
    proof,
    locked,
  };
}

/** At the first separator, if there is one. */
function split(text: string): [string, string?] {
  const at = text.indexOf(BOUND);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** A name with its proof, and with the locked fields that the proof covers. */
export function provenName(rendered: string, proof: string, locked: string | undefined): string {
  return locked === undefined ? rendered + PROOF + proof : rendered + PROOF + proof + BOUND + locked;
}

/** The longest value that stands in an event's name, characters. The browser sends it there and in its field. */
const LONGEST_VALUE = 256;

/** Locked fields as a part of an event's name. */
export function encodeLocked(event: string, locked: LockedFields): string {
  const values: Record<string, string | LongText | null> = {};
  for (const [name, value] of locked) {
    // Assigning it would set the prototype. No field of that name is read either.
    if (name === "__proto__") continue;
    values[name] = typeof value === "string" && value.length > LONGEST_VALUE ? { sha256: digestOf(value) } : value ?? null;
  }
  return encodeBound(event, values);
}

/** The locked fields in a name that was proven: so the text is our own, and parses. */
export function decodeLocked(locked: string): LockedFields {
  return new Map(
    Object.entries(decodeBound(locked) as Record<string, string | LongText | null>).map(([name, value]) => [name, value ?? undefined]),
  );
}

/** The values of a name that a page showed: the text is our own, so it parses. */
export function shownValues(values: string | undefined): BoundValues | undefined {
  return values === undefined ? undefined : decodeBound(values);
}
