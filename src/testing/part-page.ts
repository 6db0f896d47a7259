import type { CheerioAPI } from "cheerio";
import { expectation } from "./document.js";
import type { LiveClient } from "./live-client.js";
import type { Found } from "./parser.js";
import type { KitView } from "./view.js";
import { ViewPage } from "./view-page.js";

/** A part of a live page. Selectors look into one element only. */
export class PartPage extends ViewPage {
  protected readonly client: LiveClient;
  protected readonly view: KitView;
  readonly #find: () => Found;

  /** @param find returns the element as it is now, or nothing if the page no longer has it */
  constructor(client: LiveClient, view: KitView, find: () => Found) {
    super();
    this.client = client;
    this.view = view;
    this.#find = find;
  }

  get url(): string {
    const { pathname, search, hash } = this.client.url;
    return pathname + search + hash;
  }

  protected get $(): CheerioAPI {
    return this.client.document;
  }

  protected override matching(selector: string): Found {
    const part = this.#find();
    return selector === "body" ? part : part.find(selector);
  }

  html(selector?: string): string {
    if (selector === undefined) return this.#find().html() ?? "";
    if (!this.has(selector)) throw this.notFound(selector, "nothing");
    return this.$.html(this.select(selector));
  }

  protected notLive(): never {
    const { joinError, crashed, closed, redirected } = this;
    throw expectation(
      `The view "${this.view.id}" is not live.`, "a view that is joined",
      JSON.stringify({ onPage: this.view.element !== undefined, redirected: redirected?.to, joinError, crashed, closed }),
      this.hint,
    );
  }
}
