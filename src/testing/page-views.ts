import { descendants, elementById } from "./dom.js";
import { JoinTokens } from "./join-tokens.js";
import { fragment } from "./patch.js";
import { KitView, type SiblingViews, type ViewHome } from "./view.js";

/** What the views need of their page. */
export interface ViewsHome extends ViewHome {
  /** Joins a view that is nested in no other. */
  joinRoot(view: KitView): void;
}

/** The views of a page that are joined or joining: its own, the sticky ones, and those nested in them. */
export class PageViews implements SiblingViews {
  readonly #home: ViewsHome;
  readonly #byId = new Map<string, KitView>();
  /** The page's own view. */
  main: KitView | undefined;

  constructor(home: ViewsHome) {
    this.#home = home;
  }

  all(): readonly KitView[] {
    return [...this.#byId.values()];
  }

  get(id: string | undefined): KitView | undefined {
    return id === undefined ? undefined : this.#byId.get(id);
  }

  add(view: KitView): void {
    this.#byId.set(view.id, view);
  }

  forget(view: KitView): void {
    if (this.#byId.get(view.id) === view) this.#byId.delete(view.id);
  }

  /** Joins the views that are nested in no other: the page's own and the sticky ones. */
  joinRoots(): void {
    const roots = this.#home.elements(({ attribs }) => !!attribs["data-phx-session"] && !("data-phx-parent-id" in attribs));
    for (const element of roots) {
      const id = element.attribs["id"] ?? "";
      if (this.#byId.has(id)) continue;
      const view = new KitView(this.#home, { id, tokens: JoinTokens.of(element) });
      this.add(view);
      if ("data-phx-main" in element.attribs) this.main = view;
      this.#home.joinRoot(view);
    }
  }

  tokensIn(html: string, parent: KitView): ReadonlyMap<string, JoinTokens> {
    const tokens = new Map<string, JoinTokens>();
    if (!html.includes("data-phx-parent-id")) return tokens;
    for (const { attribs } of descendants(fragment(html, "div"))) {
      const { id } = attribs;
      if (attribs["data-phx-parent-id"] !== parent.id || id === undefined) continue;
      const shown = elementById(this.#home.root, id)?.attribs["data-phx-static"];
      tokens.set(id, JoinTokens.of({ attribs: shown === undefined ? attribs : { ...attribs, "data-phx-static": shown } }, parent.tokens));
    }
    return tokens;
  }

  joinChildren(parent: KitView, fresh?: ReadonlyMap<string, JoinTokens>): void {
    for (const view of this.all()) {
      if (view !== this.main && view.element === undefined) view.destroy();
    }
    for (const element of this.#home.elements(({ attribs }) => attribs["data-phx-parent-id"] === parent.id)) {
      const id = element.attribs["id"] ?? "";
      if (this.#byId.has(id)) continue;
      const view = new KitView(this.#home, { id, tokens: fresh?.get(id) ?? JoinTokens.of(element, parent.tokens), parent });
      this.add(view);
      this.#home.errand(view.join());
    }
    this.joinRoots();
  }

  destroyChildren(parent: KitView): void {
    for (const view of this.all()) if (view.parent === parent) view.destroy();
  }
}
