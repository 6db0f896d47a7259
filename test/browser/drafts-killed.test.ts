import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { Chance } from "../support/chance.js";
import { connected, watch, withoutNetwork } from "./support/browser.js";
import { useDraftServer } from "./support/draft-server.js";

// What is typed into each kind of field while the server is killed at random moments, in the middle of a recovery too.
// DRAFT_ROUNDS says how many rounds (default 10), DRAFT_SEED where they begin: the seed of a round that failed repeats it.
const ROUNDS = Number(process.env["DRAFT_ROUNDS"] ?? 10);
const FIRST_SEED = Number(process.env["DRAFT_SEED"] ?? 1);

const { server, newContext } = useDraftServer();

/** What the user has entered, by field. */
interface Entered {
  text: string;
  late: string;
  blur: string;
  area: string;
  one: string;
  many: string[];
  box: string;
  colors: string[];
  size: string;
  day: string;
  count: string;
}

const nothing = (): Entered =>
  ({ text: "", late: "", blur: "", area: "", one: "", many: [], box: "false", colors: [], size: "", day: "", count: "" });

const LETTERS = [..."abcdefghij klmno ÄöÜß €日本語 <&>\"'%+"];

/** Somebody who fills in the form, field by field, as a person does. */
class Writer {
  readonly #page: Page;
  readonly #chance: Chance;
  readonly entered = nothing();

  constructor(page: Page, chance: Chance) {
    this.#page = page;
    this.#chance = chance;
  }

  /** Enters something into a field. */
  async enter(): Promise<void> {
    const chance = this.#chance;
    switch (chance.below(9)) {
      case 0: case 1: case 2: return this.#type(chance.one(["text", "late", "blur"] as const));
      case 3: return this.#type("area");
      case 4:
        this.entered.one = chance.one(["a", "b", "c"]);
        return void (await this.#page.selectOption("#one", this.entered.one));
      case 5:
        this.entered.many = ["x", "y", "z"].filter(() => chance.maybe(0.5));
        return void (await this.#page.selectOption("#many", this.entered.many));
      case 6: return this.#check();
      case 7:
        this.entered.size = chance.one(["s", "m", "l"]);
        return this.#page.check(`#size-${this.entered.size}`);
      default:
        this.entered.day = `2026-0${1 + chance.below(9)}-1${chance.below(10)}`;
        await this.#page.fill("#day", this.entered.day);
        this.entered.count = String(chance.below(1000));
        return this.#page.fill("#count", this.entered.count);
    }
  }

  /** Types at the end of a text, key by key. */
  async #type(field: "text" | "late" | "blur" | "area"): Promise<void> {
    const chance = this.#chance;
    await this.#page.focus(`#${field}`);
    await this.#page.keyboard.press("ControlOrMeta+End");
    for (let left = 3 + chance.below(12); left > 0; left--) {
      const newline = field === "area" && chance.maybe(0.1);
      const key = newline ? "\n" : chance.one(LETTERS);
      await (newline ? this.#page.keyboard.press("Enter") : this.#page.keyboard.insertText(key));
      this.entered[field] += key;
    }
  }

  async #check(): Promise<void> {
    const color = this.#chance.one(["r", "g", "b", undefined]);
    if (color === undefined) {
      this.entered.box = this.entered.box === "true" ? "false" : "true";
      return this.#page.setChecked("#box", this.entered.box === "true");
    }
    const colors = new Set(this.entered.colors);
    if (!colors.delete(color)) colors.add(color);
    this.entered.colors = ["r", "g", "b"].filter((each) => colors.has(each));
    await this.#page.setChecked(`#color-${color}`, colors.has(color));
  }
}

/** What the fields hold. */
function shown(page: Page): Promise<Entered> {
  return page.evaluate(() => {
    const value = (id: string): string => document.querySelector<HTMLInputElement>(`#${id}`)!.value;
    const checked = (name: string): string[] =>
      [...document.querySelectorAll<HTMLInputElement>(`[name="${name}"]:checked`)].map((input) => input.value);
    return {
      text: value("text"), late: value("late"), blur: value("blur"), area: value("area"), one: value("one"),
      many: [...document.querySelector<HTMLSelectElement>("#many")!.selectedOptions].map((option) => option.value),
      box: checked("box").length > 0 ? "true" : "false", colors: checked("colors[]"), size: checked("size")[0] ?? "",
      day: value("day"), count: value("count"),
    };
  });
}

/** Where the focus is, and the selection. */
function caret(page: Page): Promise<unknown[]> {
  return page.evaluate(() => {
    const active = document.activeElement as HTMLInputElement;
    const text = active.matches("input:not([type]), textarea");
    return [active.id, text && active.selectionStart, text && active.selectionEnd];
  });
}

/** Kills the server, once or in the middle of the recovery that follows, and starts it again. */
async function killed(page: Page, chance: Chance): Promise<void> {
  await server.kill();
  await server.start();
  if (chance.maybe(0.5)) return;
  await server.tell({ slow: 20 + chance.below(60) });
  // The page may have nothing to recover, or be back already.
  const recovering = server.hear((said) => said.recovering === true);
  await Promise.race([recovering, connected(page)]);
  await server.kill();
  await server.start();
}

it.each(Array.from({ length: ROUNDS }, (_, at) => FIRST_SEED + at))("no character is lost, seed %d", async (seed) => {
  const chance = new Chance(seed);
  const context = await newContext();
  try {
    const { page, complaints, loads } = await watch(context);
    await page.goto(server.url);
    await connected(page);
    const writer = new Writer(page, chance);
    let killing = Promise.resolve();
    for (let step = 0; step < 8; step++) {
      // The writer goes on: he does not wait for the server.
      if (step === 2 || step === 5) {
        await killing;
        killing = killed(page, chance);
      }
      await writer.enter();
    }
    await page.focus("#text");
    const length = writer.entered.text.length;
    const selection = [chance.below(length + 1), chance.below(length + 1)].sort((a, b) => a - b) as [number, number];
    await page.evaluate(([from, to]) => document.querySelector<HTMLInputElement>("#text")!.setSelectionRange(from, to), selection);
    await killing;
    await killed(page, chance);
    await server.tell({ slow: 0 });

    await connected(page);
    await page.waitForFunction((expected) => document.querySelector("#echo")!.textContent === expected, JSON.stringify(writer.entered)).catch(() => undefined);
    expect({ shown: await shown(page), told: JSON.parse((await page.textContent("#echo"))!) as unknown }).toEqual({
      shown: writer.entered, told: writer.entered,
    });
    expect(await caret(page)).toEqual(["text", ...selection]);

    const saved = server.hear((said) => said.saved !== undefined);
    await page.click("#save");
    expect((await saved).saved).toMatchObject({ text: writer.entered.text, area: writer.entered.area });
    await page.waitForFunction(() => !Object.keys(sessionStorage).some((key) => key.startsWith("holdfast:draft")));
    expect(loads()).toBe(1);
    expect(withoutNetwork(complaints)).toEqual([]);
  } finally {
    await context.close();
  }
});
