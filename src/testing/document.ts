import type { CheerioAPI } from "cheerio";
import { HoldfastError } from "../errors/index.js";
import { describe, selectorOf, type Locator } from "./locator.js";
import type { Found } from "./parser.js";

/** A document that a test reads with CSS selectors. */
export abstract class PageDocument {
  /** The parsed document, as it is now. */
  protected abstract get $(): CheerioAPI;

  /**
   * What a selector finds.
   *
   * @throws HoldfastError `kit_not_found` for a text that is no selector
   */
  protected select(selector: string): Found {
    try {
      return this.matching(selector);
    } catch (error) {
      throw error instanceof HoldfastError ? error : invalidSelector(selector, error);
    }
  }

  /** Asks the parser. Subclasses that stand for a part of the document narrow it. */
  protected matching(selector: string): Found {
    return this.$(selector);
  }

  /** Where the page is: path, query and fragment. */
  abstract get url(): string;

  /**
   * The outer HTML of what the selector finds; without a selector, the page's inner HTML.
   *
   * @throws HoldfastError `kit_not_found`
   */
  abstract html(selector?: string): string;

  /** What to do first, if the test is probably looking at a page that the browser has left. */
  protected get hint(): string | undefined {
    return undefined;
  }

  /** The page's title. */
  get title(): string {
    return squash(this.$("title").first().text());
  }

  /**
   * The text of what the selector finds, with white space collapsed; without a selector, of the whole body.
   *
   * @throws HoldfastError `kit_not_found`
   * @example
   * expect(page.text("#count")).toBe("3");
   */
  text(selector = "body"): string {
    const found = this.select(selector);
    if (found.length === 0) throw this.notFound(selector, "nothing");
    return squash(found.map((_, element) => this.$(element).text()).get().join(" "));
  }

  /**
   * Whether the selector finds anything; with a text, whether any of the elements shows it.
   *
   * @example
   * expect(page.has("li.done", "Buy milk")).toBe(true);
   */
  has(selector: string, text?: string | RegExp): boolean {
    const found = this.select(selector);
    return text === undefined ? found.length > 0 : found.get().some((element) => shows(squash(this.$(element).text()), text));
  }

  /**
   * How many elements the selector finds.
   *
   * @example
   * expect(page.count("li")).toBe(2);
   */
  count(selector: string): number {
    return this.select(selector).length;
  }

  /**
   * An attribute of the one element that is meant; undefined if it has no such attribute.
   *
   * @throws HoldfastError `kit_not_found`
   * @example
   * expect(page.attr("#email", "value")).toBe("ada@example.com");
   */
  attr(selector: Locator, name: string): string | undefined {
    return this.one(selector).attr(name);
  }

  /**
   * The flash message of a kind; undefined if none is shown. It is read from `#flash-<kind>`, `[data-flash="<kind>"]` or
   * `.flash.<kind>`, whichever the layout has.
   *
   * @example
   * expect(page.flash("info")).toBe("Saved.");
   */
  flash(kind: "info" | "error"): string | undefined {
    const text = squash(this.select(`#flash-${kind}, [data-flash="${kind}"], .flash.${kind}`).first().text());
    return text === "" ? undefined : text;
  }

  // ---- expectations ----

  /**
   * Expects that what the selector finds contains a text or matches a pattern.
   *
   * @throws HoldfastError `kit_not_found`, `kit_expectation`
   * @example
   * page.expectText("h1", "Hello");
   */
  expectText(selector: string, text: string | RegExp): void {
    const got = this.text(selector);
    if (shows(got, text)) return;
    throw expectation(`"${selector}" does not show the text.`, String(text), JSON.stringify(got.slice(0, 300)), this.hint);
  }

  /**
   * Expects a flash message.
   *
   * @throws HoldfastError `kit_expectation`
   * @example
   * page.expectFlash("error", /log in/i);
   */
  expectFlash(kind: "info" | "error", text: string | RegExp): void {
    const got = this.flash(kind);
    if (got !== undefined && shows(got, text)) return;
    throw expectation(
      `The page does not show this ${kind} flash.`,
      String(text),
      got === undefined ? "none" : JSON.stringify(got),
      this.hint,
    );
  }

  /**
   * Expects that no element found by the selector contains a text or matches a pattern. The selector may find none.
   *
   * @throws HoldfastError `kit_expectation`
   * @example
   * page.refuteText("#members", "Ada");
   */
  refuteText(selector: string, text: string | RegExp): void {
    const found = this.select(selector).get().map((element) => squash(this.$(element).text())).find((one) => shows(one, text));
    if (found !== undefined) throw expectation(`"${selector}" shows the text.`, `no ${String(text)}`, JSON.stringify(found.slice(0, 300)));
  }

  // ---- for acting on the page ----

  /** All elements that could be meant. */
  protected found(locator: Locator): Found {
    const all = this.select(selectorOf(locator));
    return typeof locator === "string" ? all : all.filter((_, element) => shows(squash(this.$(element).text()), locator.text));
  }

  /** The one element that is meant: like a click, an action has exactly one target. */
  protected one(locator: Locator): Found {
    const found = this.found(locator);
    if (found.length === 0) throw this.notFound(locator, "nothing");
    if (found.length > 1) throw this.#ambiguous(locator, found);
    return found;
  }

  /** The one element that is meant, provided that a user can use it. */
  protected usable(locator: Locator): Found {
    const element = this.one(locator);
    if (isDisabled(element)) {
      throw new HoldfastError("kit_not_found", {
        what: `${describe(locator)} is disabled.`, expected: "an element that a user can use", got: this.$.html(element).slice(0, 200),
        fix: "enable it first; to send what a disabled element would send, use pushRaw",
      });
    }
    return element;
  }

  /** Shows the elements' beginnings: enough to tell them apart. */
  #ambiguous(locator: Locator, found: Found): HoldfastError {
    const shown = found.toArray().slice(0, 5).map((element) => outline(this.$.html(element)).replaceAll(/\s+/g, " ").slice(0, 200));
    return new HoldfastError("kit_not_found", {
      what: `${describe(locator)} matches ${found.length} elements on the page ${this.url}.`, expected: "exactly one element",
      got: shown.map((html) => `\n            ${html}`).join(""),
      fix: "narrow the selector, by an id for instance, or pick one by its text: { selector, text }",
    });
  }

  protected notFound(locator: Locator, got: string): HoldfastError {
    return new HoldfastError("kit_not_found", {
      what: `${describe(locator)} is not on the page ${this.url}.`, expected: "exactly one element", got,
      fix: `${this.hint === undefined ? "" : `${this.hint}; or `}make the selector match the page:\n${outline(this.html()).slice(0, 1500)}`,
    });
  }
}

function invalidSelector(selector: string, cause: unknown): HoldfastError {
  return new HoldfastError("kit_not_found", {
    what: `${JSON.stringify(selector)} is no CSS selector.`, expected: 'a selector that querySelector takes, such as "#save"',
    got: cause instanceof Error ? cause.message : String(cause),
    fix: 'to find an element by its text, use { selector: "button", text: "Save" }',
  }, { cause });
}

/**
 * Whether a user cannot use an element: it is disabled, or a `<fieldset>` around it is, unless it is in that fieldset's first `<legend>`.
 *
 * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#concept-fe-disabled
 */
export function isDisabled(element: Found): boolean {
  if (element.is("[disabled]")) return true;
  const disabling = element.parents("fieldset[disabled]").length;
  // Each of these legends is in one of these fieldsets.
  return disabling > 0 && disabling > element.parents("fieldset[disabled] > legend:first-of-type").length;
}

/** What to do with a page that was redirected. */
export function leftFor(to: string): string {
  return `the page was redirected to ${to}: go on with const next = await page.followRedirect()`;
}

export function expectation(what: string, expected: string, got: string, fix?: string): HoldfastError {
  return new HoldfastError("kit_expectation", { what, expected, got, ...(fix !== undefined && { fix }) });
}

/** Whether a text contains another, or matches a pattern. */
export function shows(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === "string" ? text.includes(wanted) : matches(text, wanted);
}

/** Whether a URL is the one that is wanted, as a whole, or matches a pattern: for a URL with a token in it. */
export function leadsTo(url: string | undefined, wanted: string | RegExp): boolean {
  return url !== undefined && (typeof wanted === "string" ? url === wanted : matches(url, wanted));
}

/** Unlike `test`, which begins where a pattern with the flag `g` found its last match, it begins at the start. */
function matches(text: string, pattern: RegExp): boolean {
  return text.search(pattern) !== -1;
}

/** Collapses white space, as a browser does. */
export function squash(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** HTML without tokens and blank lines, for people to read in an error. */
function outline(html: string): string {
  return html.replace(/ data-phx-(?:session|static)="[^"]*"/g, "").replace(/\n\s*\n+/g, "\n").trim();
}
