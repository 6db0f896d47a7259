import type { CheerioAPI } from "cheerio";
import { expectation } from "./document.js";
import type { LiveClient } from "./live-client.js";
import type { Found } from "./parser.js";
import type { KitView } from "./view.js";
import { ViewPage } from "./view-page.js";

/**
 * A live view that is nested in a page, or a sticky one: it is seen and acted on in its own element only. A sticky one
 * stays the same when the page navigates.
 */
export class ChildPage extends ViewPage {
  protected readonly client: LiveClient;
  protected readonly view: KitView;

  constructor(client: LiveClient, view: KitView) {
    super();
    this.client = client;
    this.view = view;
  }

  /** The DOM id of its element. */
  get id(): string {
    return this.view.id;
  }

  get url(): string {
    const { pathname, search, hash } = this.client.url;
    return pathname + search + hash;
  }

  protected get $(): CheerioAPI {
    return this.client.document;
  }

  protected override select(selector: string): Found {
    const element = this.view.element;
    if (element === undefined) return this.$([]);
    const own = this.$(element as never);
    return selector === "body" ? own : own.find(selector);
  }

  html(selector?: string): string {
    if (selector === undefined) return this.select("body").html() ?? "";
    if (!this.has(selector)) throw this.notFound(selector, "nothing");
    return this.$.html(this.select(selector));
  }

  protected notLive(): never {
    const { joinError, crashed, closed, redirected } = this;
    throw expectation(
      `The nested view "${this.id}" is not live.`, "a view that is joined",
      JSON.stringify({ onPage: this.view.element !== undefined, redirected: redirected?.to, joinError, crashed, closed }),
    );
  }
}
