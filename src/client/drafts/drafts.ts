import type { Submits } from "../submits.js";
import { formById, formId, viewOf } from "../views.js";
import { caretIn, editedControl, putCaret } from "./caret.js";
import { Draft, storedDraft } from "./draft.js";
import { controlOf, isChanged, leaveUnknown, mayKeep, notePasswords, noteTold, type Control } from "./fields.js";
import { navigation, notPosted, posted, takePosted } from "./posted.js";
import type { Vault } from "./vault.js";

/** What drafts need from the page around them. */
export interface DraftSurroundings {
  /** The prefix of the client's bindings, `phx-`. */
  readonly prefix: string;
  readonly vault: Vault;
  /** The tab's own, or what the application uses in its place. */
  readonly storage: Storage;
  readonly submits: Submits;
  /** Offers a text that must not be put back without asking, or withdraws the offer. */
  readonly offer: (form: HTMLFormElement, answer: ((taken: boolean) => void) | undefined) => void;
  /** Warns the developer. */
  readonly warn: (message: string) => void;
}

/**
 * Keeps what is entered into the forms of live views until it has been sent. It works beside the npm client, whose own
 * recovery covers only forms with `phx-change` and only rejoins of the whole page, and abandons a form that it was recovering
 * when the server went away. A draft survives all of these, and also a crash of a nested view, a reload of the page, and the
 * end of the session.
 *
 * There is one `Draft` per page and form id. It ends when the server has acknowledged the submit (unless the form then says
 * with `aria-invalid="true"` that it was refused), and when the form is reset.
 */
export class Drafts {
  readonly #around: DraftSurroundings;
  readonly #drafts = new Map<string, Draft>();
  /** Topics of joining views: their next patch comes from a view that has mounted again. */
  readonly #joining = new Set<string>();
  /** Views that a message is patching: their forms are processed once its patches have ended, in the same task. */
  readonly #settling = new Set<Element>();
  readonly #unsaved = new Set<string>();
  #saving = false;
  #patching = false;
  /** The view's forms before the patch, by their ids. */
  #shown: [string, Draft][] = [];
  /** True while we tell a view what we have put back, since that is not user input. */
  #telling = false;

  constructor(around: DraftSurroundings) {
    this.#around = around;
  }

  /** Starts listening, and restores what an earlier page has stored. */
  start(): void {
    notePasswords(document);
    // What was entered before this script ran. After a reload the browser itself has put texts back, and the vault has newer ones.
    if (navigation()?.type === "navigate") {
      for (const form of document.forms) for (const each of form.elements) if (isChanged(each)) this.#entered(each);
    }
    addEventListener("input", this.#onInput, true);
    addEventListener("change", this.#onInput, true);
    addEventListener("reset", ({ target }) => target instanceof HTMLFormElement && this.#end(target, this.#existing(target)));
    addEventListener("submit", ({ target }) => target instanceof HTMLFormElement && this.#posted(target), true);
    this.#around.submits.watch((form) => {
      const draft = this.#existing(form);
      return () => this.#acknowledged(form, draft);
    });
    addEventListener("phx:navigate", (event) => this.#onNavigate(event as CustomEvent<{ patch?: boolean }>));
    for (const type of ["focusin", "focusout"]) addEventListener(type, this.#onCaret);
    document.addEventListener("selectionchange", this.#onCaret);
    const sent = takePosted(this.#around.storage);
    if (sent !== undefined) this.#around.vault.forget(sent);
    void this.#around.vault.read().then((kept) => {
      for (const { name, text } of kept) {
        const stored = storedDraft(text);
        if (stored === undefined) this.#around.vault.forget(name);
        else this.#draft(name).load(stored);
      }
      for (const view of document.querySelectorAll("[data-phx-session]")) this.#settle(view);
    });
  }

  /** A view is joining. */
  joining(topic: string): void {
    this.#joining.add(topic);
  }

  /**
   * The npm client begins to patch the page. An answer is several patches in one task: the first ones unlock the form's fields, each with
   * what the server had last rendered, so that after them the fields say nothing about what the user sees.
   */
  patchStarts(container: Element): void {
    this.#patching = true;
    this.#shown = [];
    for (const [form, draft] of this.#of(container)) {
      if (!this.#settling.has(viewOf(form)!)) draft.beforePatches(form);
      if (viewOf(form) === container) this.#shown.push([formId(form), draft]);
    }
  }

  /** A patch is about to update an element. The answer to a submit may empty a password that it renders as before. */
  beforeUpdate(from: Element, to: Element): void {
    const form = controlOf(from)?.form;
    if (form && !this.#around.submits.answered(form)) leaveUnknown(from, to, viewOf(form)?.classList.contains("phx-connected"));
  }

  /** The npm client has patched the page. */
  patchEnded(container: Element): void {
    this.#patching = false;
    notePasswords(container);
    const view = viewOf(container);
    if (view === null) return;
    const joined = this.#joining.has(`lv:${view.id}`);
    for (const [form, draft] of this.#in(view)) {
      if (joined) {
        this.#around.submits.forget(form);
        draft.mounted(form);
      } else if (!this.#around.submits.answered(form)) {
        draft.afterPatch(form, this.#told);
      }
    }
    if (joined) for (const [id, draft] of this.#shown) if (formById(id) === undefined) draft.mounted();
    // Messages that the client received meanwhile are applied right after the join's patch.
    if (this.#settling.has(view)) return;
    this.#settling.add(view);
    queueMicrotask(() => {
      this.#settling.delete(view);
      for (const [form, draft] of this.#in(view)) {
        if (!this.#around.submits.answered(form)) draft.afterPatches(form, this.#told);
        this.#save(form, draft);
      }
      if (view.classList.contains("phx-connected")) this.#joining.delete(`lv:${view.id}`);
      this.#settle(view);
    });
  }

  /** A submit of the form was not sent: its reply does not come from the server. */
  notSent(form: HTMLFormElement): void {
    this.#around.submits.forget(form);
  }

  readonly #onInput = ({ target }: Event): void => {
    if (!this.#telling) this.#entered(target);
  };

  #entered(target: EventTarget | null): void {
    const control = controlOf(target);
    const form = control?.form;
    if (control) noteTold(control);
    if (!control || !form || !this.#keeps(form, control) || !mayKeep(control)) return;
    const draft = this.#draft(nameOf(form));
    draft.entered(form, control.name);
    draft.caret = caretIn(form);
    this.#save(form, draft);
    notPosted(this.#around.storage);
  }

  readonly #onCaret = ({ target }: Event): void => {
    // A patch may remove the focused element and put it back.
    if (this.#patching) return;
    const form = (editedControl(target) ?? editedControl(document.activeElement))?.form;
    const draft = form && this.#existing(form);
    if (!form || !draft) return;
    // During `focusout` nothing has the focus.
    queueMicrotask(() => {
      if (!draft.belongs(form)) return;
      draft.caret = caretIn(form);
      this.#save(form, draft);
    });
  };

  /** Whether the view is told of each change of the control. */
  readonly #told = (control: Control): boolean =>
    [control, control.form].some((each) => each?.hasAttribute(`${this.#around.prefix}change`));

  /** Whether the form's text is kept: it has an id and a binding, is inside a live view, and does not opt out of recovery. */
  #keeps(form: HTMLFormElement, control: Control): boolean {
    const { prefix } = this.#around;
    const bound = this.#told(control) || form.hasAttribute(`${prefix}submit`);
    if (!bound || viewOf(form) === null || form.getAttribute(`${prefix}auto-recover`) === "ignore") return false;
    if (formId(form) !== "") return true;
    this.#around.warn("A form has no id: its text is lost when its view mounts again.");
    return false;
  }

  /** Puts pending texts back into a view's forms, tells the view, and shows the offers. */
  #settle(view: Element): void {
    const tell = !this.#joining.has(`lv:${view.id}`) && view.classList.contains("phx-connected");
    for (const [form, draft] of this.#in(view)) {
      if (!draft.waits && !draft.offers) continue;
      this.#tell(form, draft, draft.putBack(form, tell, form.hasAttribute(`${this.#around.prefix}auto-recover`)));
      const answer = (taken: boolean): void => {
        if (taken) this.#tell(form, draft, draft.accept(form));
        else draft.decline();
        this.#around.offer(form, draft.offers ? answer : undefined);
        this.#save(form, draft);
      };
      this.#around.offer(form, draft.offers ? answer : undefined);
      this.#save(form, draft);
    }
  }

  /** Fires the events of user input, so that the view validates and hooks notice. */
  #tell(form: HTMLFormElement, draft: Draft, controls: readonly Control[]): void {
    this.#telling = true;
    for (const control of controls) {
      // Of a group of radio buttons only the chosen one fires.
      if (control instanceof HTMLInputElement && control.type === "radio" && !control.checked) continue;
      control.dispatchEvent(new Event("input", { bubbles: true }));
      control.dispatchEvent(new Event("change", { bubbles: true }));
      // The npm client keeps the change of such a field until the field itself is left (`dom.ts`, `debounce`).
      if (control.getAttribute(`${this.#around.prefix}debounce`) === "blur") control.dispatchEvent(new FocusEvent("blur"));
    }
    this.#telling = false;
    if (draft.caret !== undefined) putCaret(form, draft.caret);
  }

  /** The server has accepted the submit, and the page shows the result. */
  #acknowledged(form: HTMLFormElement, draft: Draft | undefined): void {
    const refused = form.isConnected && form.querySelector('[aria-invalid="true"]') !== null;
    if (refused) draft?.afterPatches(form, this.#told);
    else this.#end(form, draft);
  }

  /** Looked up by the draft, because the answer may have changed the URL, and with it the name. */
  #end(form: HTMLFormElement, draft: Draft | undefined): void {
    for (const [name, each] of this.#drafts) if (each === draft) this.#drop(name);
    this.#around.offer(form, undefined);
  }

  #drop(name: string): void {
    this.#drafts.delete(name);
    this.#around.vault.forget(name);
  }

  #posted(form: HTMLFormElement): void {
    const { prefix, storage } = this.#around;
    if (this.#existing(form) !== undefined && !form.hasAttribute(`${prefix}submit`)) posted(storage, nameOf(form));
  }

  /** The URL changes under a form that stays: its draft moves with it. */
  #onNavigate({ detail }: CustomEvent<{ patch?: boolean }>): void {
    if (!detail.patch) return;
    for (const [name, draft] of [...this.#drafts]) {
      // No URL has a "#" in its path or query; a form's id may.
      const form = formById(name.slice(name.indexOf("#") + 1));
      if (form === undefined || nameOf(form) === name || !draft.belongs(form)) continue;
      this.#drop(name);
      this.#drafts.set(nameOf(form), draft);
      this.#save(form, draft);
    }
  }

  #existing(form: HTMLFormElement): Draft | undefined {
    return this.#drafts.get(nameOf(form));
  }

  #draft(name: string): Draft {
    let draft = this.#drafts.get(name);
    if (draft === undefined) this.#drafts.set(name, (draft = new Draft()));
    return draft;
  }

  /** The drafts of the forms inside or around an element. */
  *#of(container: Element): Iterable<[HTMLFormElement, Draft]> {
    const here = pageName();
    for (const [name, draft] of this.#drafts) {
      if (!name.startsWith(here)) continue;
      const form = formById(name.slice(here.length));
      if (form !== undefined && (viewOf(form) === container || container.contains(form) || form.contains(container))) yield [form, draft];
    }
  }

  /** The drafts of a view's own forms. */
  *#in(view: Element): Iterable<[HTMLFormElement, Draft]> {
    for (const each of this.#of(view)) if (viewOf(each[0]) === view) yield each;
  }

  #save(form: HTMLFormElement, draft: Draft): void {
    const name = nameOf(form);
    if (draft.empty) return this.#drop(name);
    this.#unsaved.add(name);
    if (!this.#saving) void this.#saveAll();
  }

  /** One after the other, each with its content at that time: typing faster than the browser encrypts costs nothing. */
  async #saveAll(): Promise<void> {
    this.#saving = true;
    for (const name of this.#unsaved) {
      this.#unsaved.delete(name);
      const draft = this.#drafts.get(name);
      if (draft === undefined) continue;
      const kept = await this.#around.vault.write(name, JSON.stringify(draft), () => this.#drafts.get(name) === draft);
      if (!kept) this.#around.warn("A draft is too large to survive a reload (drafts.maxBytes).");
    }
    this.#saving = false;
  }
}

function pageName(): string {
  return `${location.pathname}${location.search}#`;
}

function nameOf(form: HTMLFormElement): string {
  return pageName() + formId(form);
}
