import type { Caret } from "./caret.js";
import {
  controlsOf, currentState, isLeftAlone, latestState, putState, renderedState, sameShape, sameState, type Control, type FieldState,
} from "./fields.js";
import { KeptSubmission } from "./submission.js";

/** A field that the user has changed on this page. */
interface Filled {
  /** What the server had rendered when the user began. */
  readonly base: FieldState;
  /** What the user has entered. */
  value: FieldState;
  /** What the server had rendered at our last look. While the field has the focus, its attributes say nothing about it. */
  rendered: FieldState;
  /** Where it was entered. Other elements of the same name say nothing about it. */
  controls: readonly Control[];
}

/** A field whose text must be put back. */
interface Waiting {
  readonly base: FieldState;
  readonly value: FieldState;
  /** Entered on this page: the user's text wins over whatever a remounted view has rendered. */
  readonly mine: boolean;
  /** What the view rendered when it mounted again, before it saw the text. */
  readonly mounted?: FieldState | undefined;
}

/** A row's number in a field's name. */
const INDEX = /\]?\[\d+\]/g;

/** Whether the view is told of each change of a control. */
type Told = (control: Control) => boolean;

/** A draft as it is stored. */
interface StoredDraft {
  readonly fields: Readonly<Record<string, { readonly base: FieldState; readonly value: FieldState }>>;
  readonly offered?: Readonly<Record<string, FieldState>>;
  readonly caret?: Caret | undefined;
  /** The id of the submission it belongs to. */
  readonly submission?: string | undefined;
}

/** What the user has entered into one form but not sent. */
export class Draft {
  readonly #filled = new Map<string, Filled>();
  readonly #waiting = new Map<string, Waiting>();
  /** Texts that must not be put back without asking, because the server's value has changed since the user began. */
  readonly #offered = new Map<string, FieldState>();
  caret: Caret | undefined;
  #submission = new KeptSubmission();

  get empty(): boolean {
    return this.#filled.size + this.#waiting.size + this.#offered.size === 0;
  }
  get waits(): boolean {
    return this.#waiting.size > 0;
  }
  get offers(): boolean {
    return this.#offered.size > 0;
  }

  /** Adds what an earlier page stored. Anything entered before it could be read is newer; then the stored text is offered. */
  load({ fields, offered = {}, caret, submission }: StoredDraft): void {
    this.#submission = new KeptSubmission(submission);
    for (const [name, { base, value }] of Object.entries(fields)) {
      if (this.#filled.has(name)) this.#offered.set(name, value);
      else this.#waiting.set(name, { base, value, mine: false });
    }
    for (const [name, value] of Object.entries(offered)) this.#offered.set(name, value);
    this.caret ??= caret;
  }

  toJSON(): StoredDraft {
    const fields = Object.fromEntries([...this.#waiting, ...this.#filled].map(([name, { base, value }]) => [name, { base, value }]));
    return { fields, offered: Object.fromEntries(this.#offered), caret: this.caret, submission: this.#submission.id };
  }

  /** The user has entered something. */
  entered(form: HTMLFormElement, name: string): void {
    const controls = controlsOf(form, name);
    const value = currentState(controls);
    const before = this.#filled.get(name);
    const rendered = before?.rendered ?? renderedState(controls);
    const base = before?.base ?? this.#waiting.get(name)?.base ?? rendered;
    this.#waiting.delete(name);
    this.#filled.set(name, { base, value, rendered, controls });
    this.#submission.begin(form);
  }

  /** The patches of a message begin: the fields now hold what the user sees, wherever it came from. */
  beforePatches(form: HTMLFormElement): void {
    for (const field of this.#follow(form).values()) field.value = currentState(field.controls);
  }

  /**
   * A patch of a running view has ended, and another of the same message may follow. If a field's value changed, the server changed it
   * only if its rendering changed too. Otherwise the npm client has written the old rendering over the text, as it does for every
   * unfocused field without `phx-change`, and we put the text back.
   *
   * @param told whether the view is told of each change of a control: then what it renders while the control has the focus is its answer
   */
  afterPatch(form: HTMLFormElement, told: Told): void {
    this.#submission.putBack(form);
    for (const [name, field] of this.#filled) if (nameNow(name, field, form) !== undefined && !isAnswer(field, told)) keepText(field);
  }

  /**
   * All patches of a message have ended. Only now do they say what the server has changed: an answer unlocks a form with one patch, and
   * a control in it with another, so that a group of radio buttons may have been without a choice in between.
   */
  afterPatches(form: HTMLFormElement, told: Told): void {
    for (const [name, field] of this.#follow(form)) {
      if (isAnswer(field, told)) {
        // The view has taken over the text: whatever else it renders from now on is a change.
        const latest = latestState(field.controls);
        if (sameState(latest, currentState(field.controls))) field.rendered = latest;
        continue;
      }
      const kept = keepText(field);
      const now = currentState(field.controls);
      const value = withoutLeftAlone(field, field.value, now);
      field.rendered = renderedNow(field);
      if (!kept && !sameState(now, value) && sameState(now, field.base)) this.#filled.delete(name);
      else field.value = now;
    }
  }

  /**
   * Follows what patches of a running view have done to the controls, and returns the fields that are in the form. A row that stays keeps
   * its text when it takes the name of one that is gone.
   */
  #follow(form: HTMLFormElement): ReadonlyMap<string, Filled> {
    const stay: [string, Filled][] = [];
    const anew: [string, Filled][] = [];
    for (const [name, field] of this.#filled) {
      const now = nameNow(name, field, form);
      const controls = now === undefined ? controlsOf(form, name) : [];
      if (now !== undefined) stay.push([now, field]);
      else if (controls.length > 0) anew.push(...drawnAnew(name, field, controls));
      else if (!inRemovedRow(name, form)) continue;
      this.#filled.delete(name);
    }
    const here = new Map([...anew, ...stay]);
    for (const [name, field] of here) this.#filled.set(name, field);
    return here;
  }

  /**
   * The view has mounted again: the user's text comes back, whatever the view rendered. If it no longer shows the form, the text
   * waits for a form of this id, which may be about another thing.
   */
  mounted(form?: HTMLFormElement): void {
    for (const [name, { base, value }] of this.#filled) {
      this.#waiting.set(name, { base, value, mine: form !== undefined, mounted: form && latestState(controlsOf(form, name)) });
    }
    this.#filled.clear();
    this.#submission.mounted();
  }

  /**
   * Puts pending texts back where they belong: into fields where the server still renders what was there when the user began.
   * Other texts are offered. Texts without a field stay pending, because the field may appear once the view has seen the
   * others.
   *
   * @param tell false before the view has joined; it is told after that
   * @param decides whether the view recovers the form by an event of its own: what it rendered in answer stays
   * @returns the controls whose content the view does not know
   */
  putBack(form: HTMLFormElement, tell: boolean, decides = false): readonly Control[] {
    this.#submission.putBack(form);
    const untold: Control[] = [];
    // A locked form still shows what a view that is gone has rendered.
    const stale = form.closest("[data-phx-ref-lock]") !== null;
    for (const [name, { base, value: entered, mine, mounted }] of this.#waiting) {
      const controls = controlsOf(form, name);
      if (controls.length === 0) continue;
      const rendered = latestState(controls);
      const value = decides && mounted && !sameState(rendered, mounted) ? currentState(controls) : entered;
      const fits = sameShape(rendered, value) && (mine || sameState(rendered, base) || sameState(rendered, value));
      if (fits) {
        const changed = putState(controls, value);
        if (!tell) continue;
        if (changed.length > 0) untold.push(...changed);
        else if (stale || !sameState(rendered, value)) {
          untold.push(controls.find((control) => "checked" in control && control.checked) ?? controls[0]!);
        }
        this.#filled.set(name, { base, value, rendered, controls });
      } else {
        this.#offered.set(name, value);
      }
      this.#waiting.delete(name);
    }
    return untold;
  }

  /** The user accepts the offer. If a list has fewer rows now, the rest stays on offer. */
  accept(form: HTMLFormElement): readonly Control[] {
    for (const [name, value] of this.#offered) {
      const controls = controlsOf(form, name);
      const part = value.slice(0, controls.length);
      if (part.length === 0) continue;
      this.#waiting.set(name, { base: renderedState(controls), value: part, mine: true });
      if (part.length === value.length) this.#offered.delete(name);
    }
    return this.putBack(form, true);
  }

  /** The user declines the offer. */
  decline(): void {
    this.#offered.clear();
  }

  /** Whether part of it was entered into this very form. */
  belongs(form: HTMLFormElement): boolean {
    return [...this.#filled].some(([name, field]) => nameNow(name, field, form) !== undefined);
  }
}

/** Whether what the view renders now is its answer to what is entered: it is told of that, and the field has the focus. */
function isAnswer({ controls }: Filled, told: Told): boolean {
  return controls.some((control) => control === document.activeElement && told(control));
}

/** Puts the text back into a field that the server renders as before. @returns false if it renders something else now */
function keepText(field: Filled): boolean {
  const same = sameState(renderedNow(field), field.rendered);
  if (same) putState(field.controls, withoutLeftAlone(field, field.value, currentState(field.controls)));
  return same;
}

/** What the server renders in the field now. What has the focus is left alone by patches: its attributes say nothing. */
function renderedNow(field: Filled): FieldState {
  return withoutLeftAlone(field, renderedState(field.controls), field.rendered);
}

/** A state of the field, with another one's contents for the controls that patches leave alone. */
function withoutLeftAlone({ controls }: Filled, state: FieldState, left: FieldState): FieldState {
  return state.map((each, at) => (isLeftAlone(controls[at]!) ? left[at]! : each));
}

/**
 * The name that the field's controls have now: that of a row changes when it moves. Undefined if they have left the form, or have become
 * another field, as the npm client reuses elements.
 */
function nameNow(name: string, { controls }: Filled, form: HTMLFormElement): string | undefined {
  const now = controls.every((control) => control.isConnected && control.form === form) ? controls[0]?.name : undefined;
  return now?.replace(INDEX, "") === name.replace(INDEX, "") ? now : undefined;
}

/**
 * A field some of whose controls the view has removed, or has replaced with others of the same name. If all of them are others, the
 * field goes on only if they hold what was entered. Otherwise the user sees something else there: another thing to edit, or a new row.
 */
function drawnAnew(name: string, field: Filled, controls: readonly Control[]): readonly [string, Filled][] {
  const value = currentState(controls);
  const rendered = renderedState(controls);
  const places = controls.map((control) => field.controls.indexOf(control));
  if (places.every((at) => at < 0)) return sameState(value, field.value) ? [[name, { ...field, rendered, controls }]] : [];
  const kept = (old: FieldState, others: FieldState): FieldState => others.map((state, at) => old[places[at]!] ?? state);
  return [
    [name, { base: kept(field.base, rendered), value: kept(field.value, value), rendered: kept(field.rendered, rendered), controls }],
  ];
}

/**
 * Whether the view has removed the row of a list that a field belonged to: other rows, or the list's hidden fields, are still there.
 * A field that is gone with all of its list may come back as it was, like a step of a wizard.
 */
function inRemovedRow(name: string, form: HTMLFormElement): boolean {
  const names = [...form.elements].map((each) => each.getAttribute("name") ?? "");
  const shown = (part: string): boolean => names.some((each) => each.startsWith(part) && /^($|[[\]_])/.test(each.slice(part.length)));
  return [...name.matchAll(INDEX)].some(({ 0: row, index }) => shown(name.slice(0, index)) && !shown(name.slice(0, index + row.length)));
}

/** A draft from its stored text; undefined if it is none: where the browser does not encrypt, anybody may have written there. */
export function storedDraft(text: string): StoredDraft | undefined {
  let draft: unknown;
  try {
    draft = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isStoredDraft(draft) ? draft : undefined;
}

function isStoredDraft(draft: unknown): draft is StoredDraft {
  if (!isRecord(draft)) return false;
  const { fields, offered = {}, caret, submission = "" } = draft;
  return (
    isRecord(fields) &&
    Object.values(fields).every((field) => isRecord(field) && isFieldState(field["base"]) && isFieldState(field["value"])) &&
    isRecord(offered) &&
    Object.values(offered).every(isFieldState) &&
    (caret === undefined || (isRecord(caret) && typeof caret["name"] === "string")) &&
    typeof submission === "string"
  );
}

function isFieldState(state: unknown): state is FieldState {
  return Array.isArray(state) && state.every((each) =>
    typeof each === "string" || typeof each === "boolean" || (Array.isArray(each) && each.every((value) => typeof value === "string")));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
