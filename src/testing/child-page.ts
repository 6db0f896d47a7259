import type { LiveClient } from "./live-client.js";
import { foundOf } from "./parser.js";
import { PartPage } from "./part-page.js";
import type { KitView } from "./view.js";

/**
 * A nested or sticky live view. Selectors look into its own element only. A sticky view stays the same across live
 * navigation.
 */
export class ChildPage extends PartPage {
  constructor(client: LiveClient, view: KitView) {
    super(client, view, () => (view.element === undefined ? client.document([]) : foundOf(client.document, view.element)));
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
    return this.client.views.all().filter(({ parent }) => parent === this.view).map((view) => new ChildPage(this.client, view));
  }
}
