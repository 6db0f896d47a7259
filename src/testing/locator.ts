/**
 * Which element a test means: a CSS selector that finds exactly one, or a selector and the text that the one shows among
 * several that are alike.
 *
 * @example
 * await page.click("#save");
 * await page.click({ selector: "li button", text: "Delete" });
 */
export type Locator = string | {
  readonly selector: string;
  /** What the element shows: a part of its text, white space squashed, or a pattern. */
  readonly text: string | RegExp;
};

export function selectorOf(locator: Locator): string {
  return typeof locator === "string" ? locator : locator.selector;
}

/** How a message names it. */
export function describe(locator: Locator): string {
  return typeof locator === "string" ? `"${locator}"` : `"${locator.selector}" with the text ${JSON.stringify(String(locator.text))}`;
}
