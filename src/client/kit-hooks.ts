import { clientHook, type ClientHooks } from "./hooks.js";

/** The component kit's hooks neither push nor listen: they act through forms and links. */
const silent = <const Name extends string>(name: Name) => ({ name, pushes: {}, messages: {} });

/**
 * Tabs: the arrow keys, Home and End move the focus between them, and Enter chooses one.
 *
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/tabs/ with manual activation
 */
const tabs = clientHook(silent("Holdfast.Tabs"), {
  mounted() {
    this.el.addEventListener("keydown", (event) => {
      const list = event.target instanceof Element ? event.target.closest("[role=tablist]") : null;
      // Tabs inside a panel have their own list and hook.
      if (list === null || list.parentElement !== this.el) return;
      const all = [...list.querySelectorAll<HTMLElement>("[role=tab]")];
      const at = all.indexOf(event.target as HTMLElement);
      // On a page that reads from right to left, the next tab is on the left.
      const forward = getComputedStyle(list).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
      const backward = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
      const to = { [forward]: at + 1, [backward]: at - 1, Home: 0, End: -1 }[event.key];
      if (at < 0 || to === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      all.at(to % all.length)?.focus();
    });
  },
});

/**
 * A form's list whose items are dragged by their `[data-drag-handle]`. The order of the items' hidden inputs is what the form
 * sends; the items' buttons do the same by keyboard.
 */
const sortable = clientHook(silent("Holdfast.Sortable"), {
  dragged: undefined as HTMLElement | undefined,
  /** The index of the dragged item when its drag began. */
  from: 0,
  mounted() {
    const list = this.el;
    const itemOf = (target: EventTarget | null): HTMLElement | undefined =>
      [...list.children].find(
        (child): child is HTMLElement => child instanceof HTMLElement && target instanceof Node && child.contains(target),
      );
    let before: Element[] = [];
    // Only by the handle, because dragging also selects text in fields.
    list.addEventListener("pointerdown", ({ target }) => {
      const item = target instanceof Element && target.closest("[data-drag-handle]") !== null ? itemOf(target) : undefined;
      if (item === undefined) return;
      // A patch may come before the pointer moves.
      this.js().ignoreAttributes(item, ["draggable"]);
      item.draggable = true;
    });
    // The handle was pressed, but nothing was dragged.
    list.addEventListener("pointerup", ({ target }) => {
      const item = itemOf(target);
      if (item !== undefined) item.draggable = false;
    });
    list.addEventListener("dragstart", (event) => {
      const item = itemOf(event.target);
      if (item?.draggable !== true || event.dataTransfer === null) return;
      this.dragged = item;
      before = [...list.children];
      this.from = before.indexOf(item);
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", "");
    });
    list.addEventListener("dragover", (event) => {
      const { dragged } = this;
      if (dragged === undefined) return;
      event.preventDefault();
      const over = itemOf(event.target);
      if (over === undefined || over === dragged || over.hidden) return;
      const { top, height } = over.getBoundingClientRect();
      if (event.clientY < top + height / 2) over.before(dragged);
      else over.after(dragged);
    });
    list.addEventListener("drop", (event) => this.dragged !== undefined && event.preventDefault());
    list.addEventListener("dragend", ({ dataTransfer }) => {
      const { dragged } = this;
      if (dragged === undefined) return;
      dragged.draggable = false;
      this.dragged = undefined;
      // Cancelled, for instance with Escape.
      if (dataTransfer?.dropEffect === "none") return list.append(...before.filter(({ isConnected }) => isConnected));
      if (before.every((item, at) => item === list.children[at])) return;
      dragged.querySelector("input, select, textarea")?.dispatchEvent(new Event("input", { bubbles: true }));
    });
  },
  /** A patch in the middle of a drag brings the order from before it: the dragged item stays where it has been dragged to. */
  beforeUpdate(to: HTMLElement) {
    const { dragged, from } = this;
    const item = to.children[from];
    if (item === undefined || dragged?.parentNode !== this.el) return;
    item.remove();
    to.insertBefore(item, to.children[[...this.el.children].indexOf(dragged)] ?? null);
  },
});

/** Plain text in an element that grows with it. A hidden textarea holds the text for the form. */
const editable = clientHook(silent("Holdfast.Editable"), {
  away: false,
  /** What the server rendered last. */
  rendered: "",
  mounted() {
    this.rendered = this.el.dataset["text"] ?? "";
    const field = this.field();
    this.el.addEventListener("input", () => this.tell());
    // A draft restores the textarea; show its text.
    field.addEventListener("input", () => this.show(field.value));
    this.show(field.value);
  },
  updated() {
    // On an element that is not patched, only data attributes change.
    for (const name of ["invalid", "describedby"]) {
      const value = this.el.dataset[name];
      if (value === undefined) this.el.removeAttribute(`aria-${name}`);
      else this.el.setAttribute(`aria-${name}`, value);
    }
    const text = this.el.dataset["text"] ?? "";
    // While the user types, the server is behind. It may only empty the field, as it does after the form was sent.
    const emptied = text === "" && this.rendered !== "";
    this.rendered = text;
    if (!this.away && (emptied || document.activeElement !== this.el)) this.show(text);
  },
  disconnected() {
    this.away = true;
  },
  reconnected() {
    this.away = false;
    // The view has mounted again, but the user's text is still here.
    if (this.text() !== "" && this.text() !== this.field().value) this.tell();
  },
  field(): HTMLTextAreaElement {
    return document.getElementById(this.el.dataset["for"] ?? "") as HTMLTextAreaElement;
  },
  /** An editable element may end with a line break that nobody typed. */
  text(): string {
    return this.el.innerText.replace(/\n$/, "");
  },
  show(text: string) {
    if (this.text() !== text) this.el.textContent = text;
  },
  tell() {
    const field = this.field();
    field.value = this.text();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  },
});

/**
 * A region that may be wider than the screen: with a stop of the Tab key while it scrolls, so that the arrow keys can scroll it,
 * and without one while everything is in view.
 *
 * @see https://www.w3.org/TR/WCAG22/#keyboard
 */
const scrolled = clientHook(silent("Holdfast.Scrolled"), {
  observer: undefined as ResizeObserver | undefined,
  mounted() {
    this.js().ignoreAttributes(this.el, ["tabindex"]);
    this.observer = new ResizeObserver(() => {
      const { el } = this;
      if (el.scrollWidth > el.clientWidth || el.scrollHeight > el.clientHeight) el.tabIndex = 0;
      else el.removeAttribute("tabindex");
    });
    this.observer.observe(this.el);
    for (const child of this.el.children) this.observer.observe(child);
  },
  destroyed() {
    this.observer?.disconnect();
  },
});

/** The hooks that the component kit's elements name in `phx-hook`. */
export const kitHooks: ClientHooks = { ...tabs, ...sortable, ...editable, ...scrolled };
