import { checkOptions, checkValue, either, FUNCTION, NUMBER, OBJECT, TEXT, YES_OR_NO, type Kind, type Shape } from "../errors/options.js";

/** An element as the kit's methods are told it. */
export const LOCATOR: Kind = {
  called: "a CSS selector, or { selector, text }",
  fits: (value) => TEXT.fits(value) || (OBJECT.fits(value) && isTextLocator(value as { readonly [name: string]: unknown })),
};

const isTextLocator = ({ selector, text }: { readonly [name: string]: unknown }): boolean =>
  typeof selector === "string" && (typeof text === "string" || text instanceof RegExp);

/** What `waitFor` waits for. */
export const CONDITION = either(TEXT, FUNCTION);

export const WAIT: Shape<{ timeoutMs?: number }> = { timeoutMs: NUMBER };
export const SCROLL: Shape<{ overran?: boolean }> = { overran: YES_OR_NO };

/**
 * Returns the options that a method was given.
 *
 * @param call how it is called, `page.waitFor("#result", { timeoutMs: 5_000 })`
 * @throws HoldfastError `kit_expectation` for one that the method does not know: ignored, it would have a test pass for another reason
 */
export function optionsOf<Options extends object>(call: string, options: Options, shape: Shape<Options>): Options {
  checkOptions("kit_expectation", place(call), options, shape);
  return options;
}

/** Refuses an argument of another kind. */
export function checkArgument(call: string, name: string, value: unknown, kind: Kind): void {
  checkValue("kit_expectation", place(call), name, value, kind);
}

const place = (call: string): { readonly of: string; readonly fix: string } => ({ of: call.slice(0, call.indexOf("(")), fix: call });
