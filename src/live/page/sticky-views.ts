import { HoldfastError } from "../../errors/index.js";
import { viewNamed } from "../definition/index.js";
import type { AnyView } from "./view-init.js";

/**
 * The sticky views by name, because a client that comes back joins them without a parent that knows them. A view registers
 * when a page shows it; until then, as after a restart, the view defined under the name is used.
 */
export class StickyViews {
  readonly #byName = new Map<string, AnyView>();

  /** @throws HoldfastError `view_definition_invalid` if another view has the name */
  add(view: AnyView): void {
    const known = this.#byName.get(view.name);
    if (known !== undefined && known !== view) {
      throw new HoldfastError("view_definition_invalid", {
        what: `Two sticky views are named "${view.name}".`, expected: "a unique name for each",
        fix: "rename one: a sticky view is found by its name when its client reconnects",
      });
    }
    this.#byName.set(view.name, view);
  }

  get(name: string): AnyView | undefined {
    return this.#byName.get(name) ?? viewNamed(name);
  }
}
