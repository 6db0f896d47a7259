import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { Chance } from "../support/chance.js";
import { proof } from "../support/prove.js";
import { connected, watch, withoutNetwork } from "./support/browser.js";
import { launch } from "./support/chromium.js";
import { DraftServer } from "./support/draft-server.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const TEXTS = ["text", "late", "blur", "area", "rich", "part", "inner"] as const;
/** Fields with text: inputs with three kinds of debounce, a textarea, an editable element, and one in a component and in a nested view. */
type TextField = (typeof TEXTS)[number];
/** The id of the element that has the focus while the field is typed into. */
const focusOf = (field: TextField): string => (field === "rich" ? "rich-text" : field);

/** What the user has entered, by field. */
interface Entered extends Record<TextField, string> {
  one: string;
  many: string[];
  box: string;
  colors: string[];
  size: string;
  day: string;
  count: string;
}

const nothing = (): Entered => ({
  text: "", late: "", blur: "", area: "", rich: "", part: "", inner: "", one: "", many: [], box: "false", colors: [], size: "", day: "", count: "",
});

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
    switch (chance.below(11)) {
      case 0: case 1: case 2: case 3: case 4: case 5: return this.#type(chance.one(TEXTS));
      case 6:
        this.entered.one = chance.one(["a", "b", "c"]);
        return void (await this.#page.selectOption("#one", this.entered.one));
      case 7:
        this.entered.many = ["x", "y", "z"].filter(() => chance.maybe(0.5));
        return void (await this.#page.selectOption("#many", this.entered.many));
      case 8: return this.#check();
      case 9:
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
  async #type(field: TextField): Promise<void> {
    const chance = this.#chance;
    await this.#page.focus(`#${focusOf(field)}`);
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

  /** Selects a part of one of the texts, and says where. */
  async select(): Promise<Caret> {
    const chance = this.#chance;
    const field = chance.one(TEXTS);
    const length = this.entered[field].length;
    const [start, end] = [chance.below(length + 1), chance.below(length + 1)].sort((a, b) => a - b) as [number, number];
    await this.#page.focus(`#${focusOf(field)}`);
    await this.#page.evaluate(([from, to]) => {
      const active = document.activeElement as HTMLElement;
      if (active instanceof HTMLInputElement || active instanceof HTMLTextAreaElement) return active.setSelectionRange(from, to);
      const text = active.firstChild;
      if (text !== null) getSelection()!.setBaseAndExtent(text, from, text, to);
    }, [start, end] as const);
    return { id: focusOf(field), start, end };
  }
}

/** What the fields hold. */
function shown(page: Page): Promise<Entered> {
  return page.evaluate(() => {
    const value = (id: string): string => document.querySelector<HTMLInputElement>(`#${id}`)!.value;
    const checked = (name: string): string[] =>
      [...document.querySelectorAll<HTMLInputElement>(`[name="${name}"]:checked`)].map((input) => input.value);
    return {
      text: value("text"), late: value("late"), blur: value("blur"), area: value("area"),
      rich: document.querySelector("#rich-text")!.textContent, part: value("part"), inner: value("inner"), one: value("one"),
      many: [...document.querySelector<HTMLSelectElement>("#many")!.selectedOptions].map((option) => option.value),
      box: checked("box").length > 0 ? "true" : "false", colors: checked("colors[]"), size: checked("size")[0] ?? "",
      day: value("day"), count: value("count"),
    };
  });
}

/** What the views know, and the processes in which they live: a page may not have noticed a kill yet. */
function told(page: Page): Promise<unknown> {
  return page.evaluate(() => {
    const text = (id: string): string | undefined => document.querySelector(`#${id}`)?.textContent ?? undefined;
    return {
      ...(JSON.parse(text("echo") ?? "{}") as object), part: text("part-echo"), inner: text("inner-echo"),
      processes: [text("process"), text("inner-process")],
    };
  });
}

interface Caret {
  readonly id: string;
  readonly start: number;
  readonly end: number;
}

/** Where the focus is, and the selection. */
function caret(page: Page): Promise<Partial<Caret>> {
  return page.evaluate(() => {
    const active = document.activeElement as HTMLElement;
    if (active instanceof HTMLInputElement || active instanceof HTMLTextAreaElement) {
      return { id: active.id, start: active.selectionStart!, end: active.selectionEnd! };
    }
    const { anchorOffset, focusOffset } = getSelection()!;
    return { id: active.id, start: anchorOffset, end: focusOffset };
  });
}

/** Kills the server at a random moment, often again in the middle of the recovery that follows, and restarts it. */
class Killer {
  readonly #server: DraftServer;
  readonly #page: Page;
  readonly #chance: Chance;
  kills = 0;
  inRecovery = 0;

  constructor(server: DraftServer, page: Page, chance: Chance) {
    this.#server = server;
    this.#page = page;
    this.#chance = chance;
  }

  async strike(): Promise<void> {
    let again = 0;
    while (again < 4 && this.#chance.maybe(0.35)) again++;
    // The npm client reloads the page when a push has had no answer for 30 s: starting a process can take too long for that.
    await this.#server.prepare(1 + again);
    await sleep(this.#chance.below(100));
    await this.#kill();
    for (; again > 0; again--) {
      await this.#server.tell({ slow: 20 + this.#chance.below(60) });
      // The page may have nothing to recover, or be back already.
      const recovering = this.#server.hear((said) => said.recovering === true);
      await Promise.race([recovering.then(() => this.inRecovery++), connected(this.#page)]);
      await sleep(this.#chance.below(30));
      await this.#kill();
    }
  }

  async #kill(): Promise<void> {
    this.kills++;
    await this.#server.kill();
    await this.#server.start();
  }
}

/** The figures of a round. */
interface Round {
  readonly characters: number;
  readonly kills: number;
  readonly inRecovery: number;
}

/** Fills in the forms of one page while its server is killed again and again. */
async function play(server: DraftServer, seed: number): Promise<Round> {
  // Writer and killer each have a sequence of their own, because their order varies.
  const chance = new Chance(seed);
  const context = await browser.newContext();
  try {
    const { page, complaints, loads } = await watch(context);
    await page.goto(server.url);
    await connected(page);
    const writer = new Writer(page, new Chance(seed));
    const killer = new Killer(server, page, new Chance(~seed));
    let striking = Promise.resolve();
    const strikes = new Set([chance.below(4), 4 + chance.below(4)]);
    for (let step = 0; step < 10; step++) {
      // The writer does not wait for the server.
      if (strikes.has(step)) {
        await striking;
        striking = killer.strike();
      }
      await writer.enter();
    }
    const selected = await writer.select();
    await striking;
    await killer.strike();
    await server.tell({ slow: 0 });

    const { entered } = writer;
    await expect.poll(() => told(page)).toEqual({ ...entered, processes: [String(server.pid), String(server.pid)] });
    expect(await shown(page)).toEqual(entered);
    expect(await caret(page)).toEqual(selected);

    const saved = server.hear((said) => said.saved !== undefined);
    await page.click("#save");
    expect((await saved).saved).toMatchObject({ text: entered.text, area: entered.area, rich: entered.rich });
    expect(loads()).toBe(1);
    expect(withoutNetwork(complaints)).toEqual([]);
    return { characters: TEXTS.reduce((sum, field) => sum + [...entered[field]].length, 0), kills: killer.kills, inRecovery: killer.inRecovery };
  } finally {
    await context.close();
  }
}

proof("drafts-killed", "whatever is typed into every kind of field while the server is killed at any moment is not lost, nor are focus and selection", {
  small: { rounds: 6, servers: 2 }, full: { rounds: 50, servers: 2 },
}, async ({ size, seed, figure }) => {
  const failed: string[] = [];
  const done: Round[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    const server = new DraftServer();
    try {
      await server.start();
      while (next < size.rounds) {
        const at = next++;
        try {
          done.push(await play(server, seed + at));
        } catch (cause) {
          failed.push(`seed ${seed + at}: ${cause instanceof Error ? cause.message : String(cause)}`);
        }
      }
    } finally {
      await server.stop();
    }
  };
  await Promise.all(Array.from({ length: size.servers }, lane));
  const sum = (count: (round: Round) => number): number => done.reduce((total, round) => total + count(round), 0);
  figure("characters", sum(({ characters }) => characters));
  figure("kills", sum(({ kills }) => kills));
  figure("kills in a recovery", sum(({ inRecovery }) => inRecovery));
  figure("rounds that failed", failed.length);
  if (failed.length > 0) throw new Error(failed.join("\n\n"));
});
