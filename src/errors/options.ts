import { describeValue, HoldfastError, nearest, type ErrorCode } from "./index.js";

/** What a value may be. */
export interface Kind {
  /** As a message names it: "a function". */
  readonly called: string;
  fits(value: unknown): boolean;
}

/** The kinds of an options object, by name. The compiler asks for each option of the type. */
export type Shape<Options> = { readonly [Name in keyof Options]-?: Kind };

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const TEXT: Kind = { called: "a text", fits: (value) => typeof value === "string" };
export const NUMBER: Kind = { called: "a number", fits: (value) => typeof value === "number" };
export const YES_OR_NO: Kind = { called: "true or false", fits: (value) => typeof value === "boolean" };
export const FUNCTION: Kind = { called: "a function", fits: (value) => typeof value === "function" };
export const OBJECT: Kind = { called: "an object", fits: isObject };
export const LIST: Kind = { called: "a list", fits: (value) => Array.isArray(value) };
/** @see https://standardschema.dev */
export const SCHEMA: Kind = {
  called: "a Standard Schema, of zod, valibot or arktype for example",
  // ArkType's schemas are functions.
  fits: (value) => (typeof value === "object" || typeof value === "function") && value !== null && "~standard" in value,
};
/** A timer for more, 24 days, would fire at once: here, and in browsers. */
export const LONGEST_MS = 2 ** 31 - 1;
/** How long to wait. */
export const WAIT: Kind = {
  called: `ms, up to ${LONGEST_MS.toLocaleString("en")}`,
  fits: (value) => typeof value === "number" && value >= 0 && value <= LONGEST_MS,
};
/** For an option that its own code checks. */
export const ANYTHING: Kind = { called: "a value", fits: () => true };

export const ITERABLE: Kind = {
  called: "a list, or another iterable",
  fits: (value) => typeof value === "string" || (typeof value === "object" && value !== null && Symbol.iterator in value),
};

/** An object with these methods. */
export function having(called: string, ...methods: readonly string[]): Kind {
  return { called, fits: (value) => isObject(value) && methods.every((name) => typeof value[name] === "function") };
}

export function either(...kinds: readonly Kind[]): Kind {
  return { called: kinds.map(({ called }) => called).join(", or "), fits: (value) => kinds.some((kind) => kind.fits(value)) };
}

/** Where options are given, for messages. */
export interface OptionsPlace {
  /** The function that takes them: "createEndpoint". */
  readonly of: string;
  /** How it is called. */
  readonly fix: string;
}

/**
 * Refuses options that are none, that the function does not know, or that are of another kind. In TypeScript they do not compile;
 * JavaScript would ignore the name, and fail at the value later and elsewhere.
 *
 * @throws HoldfastError with this code
 */
export function checkOptions<Options extends object>(
  code: ErrorCode,
  { of, fix }: OptionsPlace,
  options: Options,
  shape: Shape<Options>,
): void {
  checkValue(code, { of, fix }, "the object of options", options, OBJECT);
  const kinds: { readonly [name: string]: Kind } = shape;
  // Handlers and rows are full of options: what is right costs as little as possible.
  for (const [name, value] of Object.entries(options) as [string, unknown][]) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) {
      const known = Object.keys(kinds);
      const meant = known.length === 1 ? known[0] : nearest(name, known);
      throw new HoldfastError(code, {
        what: `${of} has no option "${name}".`, expected: known.join(", "), got: name,
        fix: meant === undefined ? `leave "${name}" out` : `write ${meant}, or leave "${name}" out`,
      });
    }
    if (value !== undefined) checkValue(code, { of, fix }, name, value, kind);
  }
}

/**
 * Refuses what a component is called with if it is not an object, or lacks a prop that the component cannot do without. What it
 * passes on to its element, the element's template checks.
 *
 * @throws HoldfastError `template_value_refused`
 */
export function checkProps<Props extends object>(
  place: OptionsPlace,
  props: Props,
  required: { readonly [Name in keyof Props]?: Kind } = {},
): void {
  if (typeof props !== "object" || props === null) checkValue("template_value_refused", place, "the object of props", props, OBJECT);
  for (const name in required) {
    const kind = required[name];
    if (kind !== undefined && !kind.fits(props[name])) checkValue("template_value_refused", place, name, props[name], kind);
  }
}

/** Refuses an argument or an option of another kind. */
export function checkValue(code: ErrorCode, { of, fix }: OptionsPlace, name: string, value: unknown, kind: Kind): void {
  if (kind.fits(value)) return;
  throw new HoldfastError(code, {
    what: `${of}: ${name} is not what it must be.`,
    expected: kind.called,
    got: typeof value === "number" ? String(value) : describeValue(value),
    fix,
  });
}
