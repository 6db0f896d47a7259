/**
 * The element that a test means: a CSS selector that finds exactly one element, or a selector with the text that tells one
 * of several elements apart.
 *
 * @example
 * await page.click("#save");
 * await page.click({ selector: "li button", text: "Delete" });
 */
export type Locator = string | {
  readonly selector: string;
  /** A part of the element's text, with white space collapsed, or a pattern for it. */
  readonly text: string | RegExp;
};

export function selectorOf(locator: Locator): string {
  return typeof locator === "string" ? locator : locator.selector;
}

/** How messages name it. */
export function describe(locator: Locator): string {
  return typeof locator === "string" ? `"${locator}"` : `"${locator.selector}" with the text ${JSON.stringify(String(locator.text))}`;
}
