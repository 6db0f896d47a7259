import type { Page } from "playwright-core";
import type { Chance } from "../../support/chance.js";
import type { Timeline } from "./timeline.js";

/**
 * Fields with text: in the view's form with three kinds of debounce, more types, an editable element and one outside of its form; in a
 * form without `phx-change`; with a `phx-change` of its own; in a component; in a nested view.
 */
export const TEXTS = [
  "text", "late", "blur", "area", "rich", "mail", "link", "phone", "outside", "plain", "own", "part", "inner", "inner-area",
] as const;
type TextField = (typeof TEXTS)[number];

/** What is chosen among radio buttons. */
const RADIOS = ["size", "part-size", "choice"] as const;
const BOXES = ["box", "part-box", "plain-box"] as const;
const SELECTS = ["one", "inner-one"] as const;
/** Fields with a value that is not typed as a text, and a random value for each. */
const VALUES = {
  day: (chance: Chance) => `2026-0${1 + chance.below(9)}-1${chance.below(10)}`,
  hour: (chance: Chance) => `1${chance.below(10)}:3${chance.below(10)}`,
  moment: (chance: Chance) => `2026-0${1 + chance.below(9)}-1${chance.below(10)}T1${chance.below(10)}:30`,
  month: (chance: Chance) => `2026-0${1 + chance.below(9)}`,
  week: (chance: Chance) => `2026-W1${chance.below(10)}`,
  count: (chance: Chance) => String(chance.below(1000)),
  range: (chance: Chance) => String(chance.below(101)),
  color: (chance: Chance) => `#${String(chance.below(1_000_000)).padStart(6, "0")}`,
} as const;
const VALUE_NAMES = Object.keys(VALUES) as (keyof typeof VALUES)[];

/** What the user has entered, by field. */
export type Entered = Record<string, string | string[]>;

/** A new page's fields. */
const untouched = (): Entered => ({
  ...Object.fromEntries([...TEXTS, ...RADIOS, ...SELECTS, ...VALUE_NAMES].map((name) => [name, ""])),
  box: "false", "part-box": "", "plain-box": "", many: [], colors: [], range: "50", color: "#000000",
});

const LETTERS = [..."abcdefghij klmno ÄöÜß €日本語 <&>\"'%+"];
/** What a browser leaves as it is in an address. */
const PLAIN = [..."abcdefghijk.-_123"];

/** Where the focus is, and what is selected there; null where a field has no selection. */
export interface Caret {
  readonly id: string;
  readonly start: number | null;
  readonly end: number | null;
}

/** Somebody who fills in all forms of a page, in the order of a seed, and never waits for the server. */
export class Writer {
  readonly #page: Page;
  readonly #chance: Chance;
  readonly #timeline: Timeline;
  readonly entered = untouched();
  characters = 0;
  #field: TextField = "text";

  constructor(page: Page, chance: Chance, timeline: Timeline) {
    this.#page = page;
    this.#chance = chance;
    this.#timeline = timeline;
  }

  /** Enters something into a field: mostly a few keys, often into the field that has the focus already. */
  async enter(): Promise<void> {
    const chance = this.#chance;
    switch (chance.below(14)) {
      case 0: return this.#choose(chance.one(SELECTS));
      case 1: return this.#chooseMany();
      case 2: return this.#check(chance.one(BOXES));
      case 3: return this.#checkColor();
      case 4: case 5: return this.#pick(chance.one(RADIOS));
      case 6: return this.#fill(chance.one(VALUE_NAMES));
      case 7: case 8: case 9: case 10:
        this.#field = chance.one(TEXTS);
        return this.#type(this.#field);
      default: return this.#type(this.#field);
    }
  }

  /** Types at the end of a text, key by key. */
  async #type(field: TextField): Promise<void> {
    const chance = this.#chance;
    const letters = field === "mail" || field === "link" || field === "phone" ? PLAIN : LETTERS;
    const keys = Array.from({ length: 1 + chance.below(8) }, () => (field.endsWith("area") && chance.maybe(0.1) ? "\n" : chance.one(letters)));
    if (!(await this.#reached(field, `types ${JSON.stringify(keys.join(""))}`))) return;
    await this.#page.focus(`#${focusOf(field)}`);
    await this.#page.keyboard.press("ControlOrMeta+End");
    for (const key of keys) {
      this.entered[field] += key;
      await (key === "\n" ? this.#page.keyboard.press("Enter") : this.#page.keyboard.insertText(key));
      this.characters++;
    }
  }

  async #choose(field: (typeof SELECTS)[number]): Promise<void> {
    const value = this.#chance.one(["a", "b", "c"]);
    if (!(await this.#reached(field, `chooses ${value}`))) return;
    this.entered[field] = value;
    await this.#page.selectOption(`#${field}`, value);
  }

  async #chooseMany(): Promise<void> {
    const values = ["x", "y", "z"].filter(() => this.#chance.maybe(0.5));
    await this.#reached("many", `chooses ${values.join()}`);
    this.entered["many"] = values;
    await this.#page.selectOption("#many", values);
  }

  async #check(field: (typeof BOXES)[number]): Promise<void> {
    const checked = this.entered[field] !== "true";
    if (!(await this.#reached(field, checked ? "checks" : "unchecks"))) return;
    this.entered[field] = checked ? "true" : field === "box" ? "false" : "";
    await this.#page.setChecked(`#${field}`, checked);
  }

  async #checkColor(): Promise<void> {
    const color = this.#chance.one(["r", "g", "b"]);
    const before = this.entered["colors"]!;
    const checked = !before.includes(color);
    await this.#reached(`colors-${color}`, checked ? "checks" : "unchecks");
    this.entered["colors"] = ["r", "g", "b"].filter((each) => (each === color ? checked : before.includes(each)));
    await this.#page.setChecked(`#colors-${color}`, checked);
  }

  async #pick(field: (typeof RADIOS)[number]): Promise<void> {
    const value = this.#chance.one(["s", "m", "l"]);
    if (!(await this.#reached(`${field}-${value}`, "picks it"))) return;
    this.entered[field] = value;
    await this.#page.check(`#${field}-${value}`);
  }

  async #fill(field: keyof typeof VALUES): Promise<void> {
    const value = VALUES[field](this.#chance);
    await this.#reached(field, `fills in ${value}`);
    this.entered[field] = value;
    await this.#page.fill(`#${field}`, value);
  }

  /** Whether the field is there: a nested view without focus is empty until it has joined again. */
  async #reached(id: string, act: string): Promise<boolean> {
    const there = (await this.#page.$(`#${focusOf(id)}`)) !== null;
    this.#timeline.note(`#${id} ${there ? act : "is not there"}`);
    return there;
  }

  /** Selects a part of one of the texts, and says where. */
  async select(): Promise<Caret> {
    const chance = this.#chance;
    const field = chance.one(TEXTS);
    const length = this.entered[field]!.length;
    const [start, end] = [chance.below(length + 1), chance.below(length + 1)].sort((a, b) => a - b) as [number, number];
    const id = focusOf(field);
    this.#timeline.note(`#${field} selects ${start} to ${end}`);
    await this.#page.focus(`#${id}`);
    // Of an address the browser does not say what is selected.
    if (field === "mail") return { id, start: null, end: null };
    await this.#page.evaluate(([from, to]) => {
      const active = document.activeElement as HTMLElement;
      if (active instanceof HTMLInputElement || active instanceof HTMLTextAreaElement) return active.setSelectionRange(from, to);
      const text = active.firstChild;
      if (text !== null) getSelection()!.setBaseAndExtent(text, from, text, to);
    }, [start, end] as const);
    return { id, start, end };
  }
}

/** The id of the element that has the focus while a field is typed into. */
function focusOf(id: string): string {
  return id === "rich" ? "rich-text" : id;
}

/** What the fields hold. */
export function shown(page: Page): Promise<Entered> {
  const names = { values: [...TEXTS.filter((name) => name !== "rich"), ...SELECTS, ...VALUE_NAMES], radios: RADIOS, boxes: BOXES };
  return page.evaluate(({ values, radios, boxes }) => {
    const field = (id: string): HTMLInputElement | null => document.querySelector<HTMLInputElement>(`#${id}`);
    const checked = (name: string): string[] =>
      [...document.querySelectorAll<HTMLInputElement>(`[name="${name}"]:checked`)].map(({ value }) => value);
    return {
      ...Object.fromEntries(values.map((name) => [name, field(name)?.value ?? "(gone)"])),
      ...Object.fromEntries(radios.map((name) => [name, checked(name)[0] ?? ""])),
      ...Object.fromEntries(boxes.map((name) => [name, field(name)?.checked ? "true" : name === "box" ? "false" : ""])),
      rich: document.querySelector("#rich-text")?.textContent ?? "(gone)",
      many: [...document.querySelector<HTMLSelectElement>("#many")!.selectedOptions].map(({ value }) => value),
      colors: checked("colors[]"),
    };
  }, names);
}

/** Where the focus is, and the selection. */
export function caret(page: Page): Promise<Caret> {
  return page.evaluate(() => {
    const active = document.activeElement as HTMLElement;
    if (active instanceof HTMLInputElement || active instanceof HTMLTextAreaElement) {
      return { id: active.id, start: active.selectionStart, end: active.selectionEnd };
    }
    const { anchorOffset, focusOffset } = getSelection()!;
    return { id: active.id, start: anchorOffset, end: focusOffset };
  });
}
