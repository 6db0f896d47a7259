import type { LiveClient } from "./live-client.js";
import { PartPage } from "./part-page.js";
import type { KitView } from "./view.js";

/**
 * A live view that is nested in a page, or a sticky one: it is seen and acted on in its own element only. A sticky one
 * stays the same when the page navigates.
 */
export class ChildPage extends PartPage {
  constructor(client: LiveClient, view: KitView) {
    super(client, view, () => client.document(view.element === undefined ? [] : (view.element as never)));
  }

  /** The DOM id of its element. */
  get id(): string {
    return this.view.id;
  }

  /**
   * The views that are nested in this one.
   *
   * @example
   * const [chat] = page.child("#room").children();
   */
  children(): ChildPage[] {
    return this.client.views().filter(({ parent }) => parent === this.view).map((view) => new ChildPage(this.client, view));
  }
}
