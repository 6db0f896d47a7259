import type { Submits } from "../submits.js";
import { formById, formId, submitAgain, viewOf } from "../views.js";
import { dropInput, isUpload, LISTED, refOf, unmarked } from "./files.js";

/** How often a file is chosen again without being listed by its view: a file that crashes its view must not do so forever. */
const MAX_TIMES = 3;
/** How often a form is sent again for one press: a form that stops the server must not do so forever. */
const MAX_CUTS = 10;

/** A chosen file that its view still needs. */
interface KeptFile {
  file: Blob;
  /** `listed`: the view shows it. When it no longer does, it was consumed or removed: `gone`. */
  state: "chosen" | "listed" | "gone";
  times: number;
}

/** What was chosen in one form. */
interface KeptForm {
  /** By the input's name, because its id may change when the view mounts again. */
  readonly inputs: Map<string, KeptFile[]>;
  /** The connection was lost while the form was being sent. */
  cut: boolean;
  cuts: number;
  submitter: HTMLElement | null;
}

/**
 * Keeps the files chosen in live views until their views no longer need them. The npm client forgets them when a view mounts
 * again; here they are chosen again, and a form that was being sent when the connection was lost is sent again once the view
 * has them. The part of a file that was already sent is lost with its view, unless its uploader is `resumable`.
 *
 * A reload loses the files: a page can keep texts, but no files that it may read again.
 */
export class KeptFiles {
  readonly #submits: Submits;
  readonly #prefix: string;
  readonly #forms = new Map<string, KeptForm>();
  /** Topics of joining views: their next patch comes from a view that has mounted again. */
  readonly #joining = new Set<string>();
  /** True while we choose and send, since that is not user input. */
  #acting = false;

  /** @param prefix of the client's bindings, `phx-` */
  constructor(submits: Submits, prefix: string) {
    this.#submits = submits;
    this.#prefix = prefix;
  }

  /** Starts listening, before the npm client does. */
  start(): void {
    for (const type of ["input", "change"]) {
      addEventListener(type, ({ target, isTrusted }) => {
        const form = target instanceof Element && "form" in target ? target.form : undefined;
        // The user continues, so sending is up to the user again.
        const kept = isTrusted && form instanceof HTMLFormElement ? this.#forms.get(formId(form)) : undefined;
        if (kept !== undefined) kept.cut = false;
        if (isUpload(target) && target.files !== null && target.files.length > 0) this.#chosen(target, [...target.files]);
      }, true);
    }
    addEventListener("submit", ({ target, submitter }) => {
      const kept = target instanceof HTMLFormElement ? this.#forms.get(formId(target)) : undefined;
      if (kept === undefined || this.#acting) return;
      kept.submitter = submitter;
      kept.cuts = 0;
    }, true);
    addEventListener("drop", ({ target, dataTransfer }) => {
      const input = dropInput(target, this.#prefix);
      // For a single file the npm client sets the input's own files and dispatches `input`.
      if (input?.multiple) this.#chosen(input, [...dataTransfer?.files ?? []]);
    }, true);
    // A hook's `upload` tells the npm client this way.
    addEventListener("track-uploads", (event) => {
      const { target, detail } = event as CustomEvent<{ files: Iterable<Blob> }>;
      if (isUpload(target)) this.#chosen(target, [...detail.files]);
    }, true);
  }

  /** The connection is lost. */
  lost(): void {
    for (const [id, kept] of this.#forms) {
      const form = formById(id);
      // Every failed attempt to connect reports this again.
      if (form !== undefined && !kept.cut && this.#submits.waits(form)) kept.cut = kept.cuts++ < MAX_CUTS;
    }
  }

  /** Files that the npm client no longer tracks. */
  forget(files: readonly Blob[]): void {
    const gone = new Set(files);
    for (const { inputs } of this.#forms.values()) {
      for (const [name, kept] of inputs) inputs.set(name, kept.filter(({ file }) => !gone.has(file)));
    }
  }

  /** A view is joining. */
  joining(topic: string): void {
    this.#joining.add(topic);
  }

  /** The npm client has patched the page. */
  patchEnded(container: Element): void {
    const view = viewOf(container);
    if (view === null) return;
    // Messages that the client received meanwhile are applied right after the join's patch.
    queueMicrotask(() => {
      const topic = `lv:${view.id}`;
      const joined = this.#joining.has(topic);
      if (joined && !view.classList.contains("phx-connected")) return;
      this.#joining.delete(topic);
      for (const [id, kept] of this.#forms) {
        const form = formById(id);
        if (form === undefined) this.#forms.delete(id);
        else if (viewOf(form) !== view) continue;
        else if (joined) this.#choose(form, kept);
        else this.#look(form, kept);
      }
    });
  }

  #chosen(input: HTMLInputElement, files: readonly Blob[]): void {
    if (this.#acting || !input.form || formId(input.form) === "") return;
    const id = formId(input.form);
    const kept = this.#forms.get(id) ?? { inputs: new Map(), cut: false, cuts: 0, submitter: null };
    this.#forms.set(id, kept);
    const before: readonly KeptFile[] = input.multiple ? kept.inputs.get(input.name) ?? [] : [];
    const known = new Set(before.map(({ file }) => file));
    kept.inputs.set(input.name, [
      ...before,
      ...files.filter((file) => !known.has(file)).map((file): KeptFile => ({ file, state: "chosen", times: 0 })),
    ]);
  }

  /** Chooses the files again in a view that has mounted again. */
  #choose(form: HTMLFormElement, { inputs }: KeptForm): void {
    this.#submits.forget(form);
    for (const [name, files] of inputs) {
      const input = inputOf(form, name);
      const again = files.filter(({ times }) => times < MAX_TIMES);
      if (input === undefined || again.length === 0) {
        inputs.delete(name);
        continue;
      }
      inputs.set(name, again);
      for (const kept of again) {
        kept.file = unmarked(kept.file);
        kept.state = "chosen";
        kept.times++;
      }
      this.#acting = true;
      input.dispatchEvent(new CustomEvent("track-uploads", { bubbles: true, detail: { files: again.map(({ file }) => file) } }));
      this.#acting = false;
    }
  }

  /** Checks what has become of the files, and sends the form once all are there. */
  #look(form: HTMLFormElement, kept: KeptForm): void {
    for (const [name, files] of kept.inputs) {
      const listed = inputOf(form, name)?.getAttribute(LISTED)?.split(",") ?? [];
      for (const file of files) {
        const ref = refOf(file.file);
        if (ref !== undefined && listed.includes(ref)) {
          file.state = "listed";
          file.times = 0;
        } else if (file.state === "listed") file.state = "gone";
      }
      const left = files.filter(({ state }) => state !== "gone");
      if (left.length > 0) kept.inputs.set(name, left);
      else kept.inputs.delete(name);
    }
    if (kept.inputs.size === 0) this.#forms.delete(formId(form));
    else if (kept.cut && [...kept.inputs.values()].flat().every(({ state }) => state === "listed")) {
      kept.cut = false;
      this.#acting = true;
      submitAgain(form, kept.submitter);
      this.#acting = false;
    }
  }
}

function inputOf(form: HTMLFormElement, name: string): HTMLInputElement | undefined {
  return [...form.elements].find((element): element is HTMLInputElement => isUpload(element) && element.name === name);
}
