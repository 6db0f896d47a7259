import type { BrowserContext, Page } from "playwright-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connected, HeldBack, loseConnection, reconnect, rejoins, watch, withoutNetwork, type Watched } from "./support/browser.js";
import { useDraftServer } from "./support/draft-server.js";

const { server, newContext } = useDraftServer();
let context: BrowserContext;
let watched: Watched;
let page: Page;

beforeEach(async () => {
  context = await newContext();
  watched = await watch(context);
  ({ page } = watched);
});
afterEach(async () => {
  await context.close();
  await server.tell({ slow: 0, render: "", before: 0 });
  expect(withoutNetwork(watched.complaints)).toEqual([]);
});

async function open(path: string): Promise<void> {
  await page.goto(server.url + path);
  await connected(page);
}

async function reload(): Promise<void> {
  // Nobody is told when the encrypted text has been written: it is soon.
  await page.waitForFunction(() => Object.keys(sessionStorage).some((key) => key.startsWith("holdfast:draft")));
  await page.reload();
  await connected(page);
}

const shows = (selector: string, text: string): Promise<unknown> =>
  page.waitForFunction(([at, wanted]) => document.querySelector(at!)?.textContent === wanted, [selector, text]);
const stored = (): Promise<Record<string, string>> => page.evaluate(() => ({ ...sessionStorage }) as Record<string, string>);
const kept = async (): Promise<string[]> => Object.keys(await stored()).filter((key) => key.startsWith("holdfast:draft"));
const forgotten = (): Promise<unknown> =>
  page.waitForFunction(() => !Object.keys(sessionStorage).some((key) => key.startsWith("holdfast:draft")));

describe("what is entered", () => {
  it("survives a crash of a nested view alone, and the view knows it", async () => {
    await open("/parent");
    await page.waitForSelector("#child.phx-connected");
    await page.fill("#note", "half a sen");
    await shows("#echo", "half a sen");
    await rejoins(watched, () => page.click("#crash"), "lv:child");
    await page.waitForSelector("#child.phx-connected");
    expect(await page.inputValue("#note")).toBe("half a sen");
    await shows("#echo", "half a sen");
    await page.fill("#note", "half a sentence");
    await shows("#echo", "half a sentence");
    expect(watched.loads()).toBe(1);
  });

  // The npm client leaves a focused field alone, its attributes too: they are still those of the view that is gone.
  it("is told to a view that has mounted again, also if it is in the focused field and was known to the view before", async () => {
    await open("/parent");
    await page.waitForSelector("#child.phx-connected");
    // Without focus, so that the attribute follows.
    await page.evaluate(() => {
      const note = document.querySelector<HTMLInputElement>("#note")!;
      note.value = "a note";
      note.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await page.waitForSelector('#note[value="a note"]');
    await page.focus("#note");
    // By script, so that the focus stays.
    await rejoins(watched, () => page.evaluate(() => document.querySelector<HTMLElement>("#crash")!.click()), "lv:child");
    await shows("#echo", "a note");
    // Nor does the next patch empty the field that is left.
    await page.click("#tick");
    await shows("#tick", "1");
    expect(await page.inputValue("#note")).toBe("a note");
  });

  it("in a nested view, while the page joins again, is not interrupted: its field and focus stay", async () => {
    const held = await HeldBack.of(page);
    await open("/parent");
    await page.waitForSelector("#child.phx-connected");
    await page.focus("#note");
    await page.keyboard.type("half a sen");
    await shows("#echo", "half a sen");
    // The page's view answers, the nested one does not yet.
    held.hold(1);
    await reconnect(page);
    await page.keyboard.type("tence");
    expect(await page.evaluate(() => [document.activeElement!.id, document.querySelector("#child.phx-connected")])).toEqual(["note", null]);
    held.release();
    await shows("#echo", "half a sentence");
    expect(await page.inputValue("#note")).toBe("half a sentence");
    expect(await page.evaluate(() => document.activeElement!.id)).toBe("note");
    await page.click("#tick");
    await shows("#tick", "1");
    expect(await page.inputValue("#note")).toBe("half a sentence");
  });

  it("survives a reload, with focus and selection, and the view is told", async () => {
    await open("/");
    await page.fill("#area", "two\nlines");
    await page.selectOption("#many", ["x", "z"]);
    await page.check("#box");
    await page.check("#color-g");
    await page.check("#size-m");
    await page.fill("#day", "2026-02-03");
    await page.focus("#text");
    await page.keyboard.type("a text");
    await page.evaluate(() => document.querySelector<HTMLInputElement>("#text")!.setSelectionRange(2, 4));
    const expected = {
      text: "a text", late: "", blur: "", area: "two\nlines", one: "", many: ["x", "z"], box: "true", colors: ["g"], size: "m",
      day: "2026-02-03", count: "",
    };
    await shows("#echo", JSON.stringify(expected));
    await reload();
    await shows("#echo", JSON.stringify(expected));
    expect(await page.inputValue("#text")).toBe("a text");
    expect(await page.$$eval("#all :checked", (all) => all.map((each) => (each as HTMLInputElement).value))).toEqual(
      ["", "x", "z", "true", "g", "m"]);
    expect(await page.evaluate(() => {
      const active = document.activeElement as HTMLInputElement;
      return [active.id, active.selectionStart, active.selectionEnd];
    })).toEqual(["text", 2, 4]);
  });

  it("before the client has loaded stays when the view joins, and the view is told", async () => {
    let load = (): void => undefined;
    const mayLoad = new Promise<void>((resolve) => (load = resolve));
    await page.route(/\.js$/, async (route) => {
      await mayLoad;
      await route.continue();
    });
    const told = { "/": '"text":"early text"', "/strict": "" };
    for (const [path, fields] of [["/", ["text", "area", "secret", "find"]], ["/strict", ["note", "other"]]] as const) {
      await page.goto(server.url + path, { waitUntil: "commit" });
      for (const id of fields) await page.fill(`#${id}`, `early ${id}`);
      await page.focus("button");
      load();
      await connected(page);
      await page.waitForFunction((text) => document.body.textContent!.includes(text), told[path]);
      for (const id of fields) expect(await page.inputValue(`#${id}`)).toBe(`early ${id}`);
    }
  });

  it("in a field that tells the view only when it is left, is told to the view when it is put back", async () => {
    await open("/");
    await page.focus("#blur");
    await page.keyboard.type("half a sen");
    await reload();
    await page.waitForFunction(() => document.querySelector("#echo")!.textContent!.includes('"blur":"half a sen"'));
    // The focus is back in it, and what follows is told when it is left.
    expect(await page.evaluate(() => document.activeElement!.id)).toBe("blur");
    await page.keyboard.type("tence");
    await page.focus("#text");
    await page.waitForFunction(() => document.querySelector("#echo")!.textContent!.includes('"blur":"half a sentence"'));
  });

  it("in an element that is edited in place survives a reload, with focus and selection", async () => {
    await open("/written");
    const caret = (): Promise<unknown> => page.evaluate(() => {
      const { anchorOffset, focusOffset } = getSelection()!;
      return [document.activeElement!.id, document.activeElement!.textContent, anchorOffset, focusOffset];
    });
    await page.focus("#headline-text");
    await page.keyboard.type("Tea for two");
    await page.keyboard.press("Home");
    for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowRight");
    for (let i = 0; i < 3; i++) await page.keyboard.press("Shift+ArrowRight");
    await shows("#echo", "Tea for two");
    expect(await caret()).toEqual(["headline-text", "Tea for two", 4, 7]);
    await reload();
    await shows("#echo", "Tea for two");
    await expect.poll(caret, { timeout: 60_000 }).toEqual(["headline-text", "Tea for two", 4, 7]);
    await page.keyboard.type("4");
    await shows("#echo", "Tea 4 two");
  });

  it("never keeps passwords, cards, codes, searches or fields that opt out; and it is encrypted", async () => {
    await open("/");
    for (const id of ["secret", "card", "code", "find", "private"]) await page.fill(`#${id}`, `not kept: ${id}`);
    await page.evaluate(() => {
      const secret = document.querySelector<HTMLInputElement>("#secret")!;
      secret.type = "text"; // a button that shows the password
      secret.dispatchEvent(new InputEvent("input", { bubbles: true }));
      secret.type = "password";
    });
    expect(await kept()).toEqual([]);
    await page.fill("#text", "kept and sealed");
    await page.waitForFunction(() => Object.keys(sessionStorage).some((key) => key.startsWith("holdfast:draft")));
    expect(JSON.stringify(await stored())).not.toMatch(/not kept|sealed/);
    await page.reload();
    await connected(page);
    expect(await page.inputValue("#text")).toBe("kept and sealed");
    for (const id of ["secret", "card", "code", "find", "private"]) expect(await page.inputValue(`#${id}`)).toBe("");
  });

  it("never keeps a password that is made visible before it is typed", async () => {
    await open("/");
    await page.evaluate(() => void (document.querySelector<HTMLInputElement>("#secret")!.type = "text"));
    await page.fill("#secret", "seen by its user only");
    expect(await kept()).toEqual([]);
    await page.fill("#text", "kept");
    // The page itself keeps it, while its view mounts again.
    await reconnect(page);
    expect(await page.inputValue("#secret")).toBe("seen by its user only");
    await reload();
    expect(await page.inputValue("#text")).toBe("kept");
    expect(await page.inputValue("#secret")).toBe("");
  });

  it("is back after a new log-in, for its user and for no other", async () => {
    const logIn = async (user: string): Promise<void> => {
      await page.waitForSelector("#log-in");
      await page.fill("#user", user);
      await page.click("#log-in");
      await connected(page);
      await shows("h1", `Page of ${user}`);
    };
    await page.goto(`${server.url}/mine`);
    await logIn("ada");
    await page.fill("#note", "Ada's own");
    await shows("#echo", "Ada's own");
    await server.tell({ end: "ada" });
    await logIn("bob");
    expect(await page.inputValue("#note")).toBe("");
    await page.fill("#note", "Bob's own");
    await shows("#echo", "Bob's own");
    await server.tell({ end: "bob" });
    await logIn("ada");
    await shows("#echo", "Ada's own");
    expect(await page.inputValue("#note")).toBe("Ada's own");
    expect(JSON.stringify(await stored())).not.toContain("own");
  });

  it("waits for fields that the view shows only after others are filled in, and follows the URL of its view", async () => {
    await open("/steps");
    await page.selectOption("#kind", "b");
    await page.fill("#why", "because");
    await shows("#echo", "b because");
    await page.click("#patch");
    await page.waitForURL(/tab=2/);
    await reload();
    await shows("#echo", "b because");
    expect([await page.inputValue("#kind"), await page.inputValue("#why")]).toEqual(["b", "because"]);
    expect(await kept()).toEqual([expect.stringMatching(/\/steps\?tab=2#steps$/)]);
  });

  it("is kept when a view without phx-change shows something else", async () => {
    await open("/strict");
    await page.fill("#note", "typed");
    await page.click("#tick");
    await shows("#tick", "1");
    expect(await page.inputValue("#note")).toBe("typed");
  });

  // The npm client leaves a focused text alone, but not what is checked, nor the other fields of a list.
  it.each([
    { what: "a check box", enter: () => page.check("#agreed") },
    { what: "a radio button", enter: () => page.check("#size-m") },
    {
      what: "a field of a list",
      async enter() {
        await page.fill("#row-0", "first");
        await page.fill("#row-1", "second");
      },
    },
  ])("is kept when a view without phx-change shows something else while $what has the focus", async ({ enter }) => {
    const held = (): Promise<unknown[]> => page.$$eval("#strict input", (inputs) =>
      (inputs as HTMLInputElement[]).map(({ type, checked, value }) => (type === "text" ? value : checked)));
    await open("/strict");
    await enter();
    const entered = await held();
    expect(entered).not.toEqual(["", "", "", "", false, false, false]);
    for (const ticks of ["1", "2"]) {
      // By script, so that the focus stays.
      await page.evaluate(() => document.querySelector<HTMLElement>("#tick:not([data-phx-ref-src])")!.click());
      await shows("#tick:not([data-phx-ref-src])", ticks);
      expect(await held()).toEqual(entered);
    }
  });

  // What the server shows is its answer: nothing is put back over it.
  it("follows the server where the view was told of it and does not take it", async () => {
    await open("/refused");
    await page.click("#agreed");
    await shows("#seen", "1");
    expect(await page.isChecked("#agreed")).toBe(false);
    await page.click("#size-m");
    await shows("#seen", "2");
    expect([await page.isChecked("#size-s"), await page.isChecked("#size-m")]).toEqual([true, false]);
  });

  it("is kept when the view mounts again with another value while the field has the focus", async () => {
    await server.tell({ render: "as it was" });
    await open("/strict");
    await page.fill("#note", "typed");
    await server.tell({ render: "as it is now" });
    await reconnect(page);
    await page.click("#tick");
    await shows("#tick", "1");
    expect(await page.inputValue("#note")).toBe("typed");
  });
});

// The npm client keeps a copy of a locked form, and brings it to the page with the next answer that changes nothing.
it("a form that waited for an answer when its connection was lost keeps its text", async () => {
  const held = await HeldBack.of(page);
  await open("/whole");
  await page.focus("#part");
  held.hold();
  await page.keyboard.type("ab");
  // The form still waits for the second answer: the first one changes its copy.
  held.next();
  await shows("#part-echo", "a");
  await page.keyboard.type("c");
  held.dropAll();
  const lost = loseConnection(page);
  held.release();
  await lost;
  await shows("#part-echo", "abc");
  await page.waitForSelector("#part-form:not([data-phx-ref-src])");
  held.hold();
  await page.fill("#part", "abc");
  await page.locator("#part").blur();
  held.release();
  await page.waitForSelector("#part-form:not([data-phx-ref-src])");
  expect(await page.inputValue("#part")).toBe("abc");
  await page.focus("#part");
  await page.keyboard.press("End");
  await page.keyboard.type("d");
  await shows("#part-echo", "abcd");
});

// The npm client unlocks the form with a copy in which nothing is chosen, and the chosen button with a second patch.
it("a choice made while its form was recovered is kept once it has been answered", async () => {
  const held = await HeldBack.of(page);
  const knows = (size: string): Promise<unknown> =>
    page.waitForFunction((part) => document.querySelector("#echo")!.textContent!.includes(part), `"size":"${size}"`);
  await open("/");
  await page.check("#size-m");
  await knows("m");
  held.hold();
  await loseConnection(page);
  const recovering = server.hear((said) => said.recovering === true);
  // The join's answer.
  held.next();
  await recovering;
  await page.check("#size-l");
  await page.waitForSelector("#all[data-phx-ref-lock]");
  // The recovery's answer, and with it the join's patch.
  held.next();
  await connected(page);
  await page.focus("#late");
  held.release();
  await knows("l");
  await page.waitForSelector("#all:not([data-phx-ref-lock])");
  await reload();
  expect(await page.isChecked("#size-l")).toBe(true);
});

// The npm client sends it to the component of the process that is gone, and locks the form until that is answered.
describe.each([
  { number: "its own number", restarted: false }, // though other components come before it now
  { number: "another number", restarted: true }, // the server has forgotten the page
])("what is typed into a component while it is recovered under $number", ({ restarted }) => {
  let held: HeldBack;

  /** Fills in a form while the page is away, and again while the form is recovered, so that it is locked after the join's patch. */
  async function recover(form: "part" | "choice", away: () => Promise<void>, recovered: string, meanwhile: () => Promise<void>): Promise<void> {
    await page.waitForSelector(`#${form}-form:not([data-phx-ref-src])`);
    await server.tell({ before: 3 });
    held.hold();
    if (restarted) {
      await server.kill();
      await server.start();
      await page.waitForFunction(() => (window as unknown as { liveSocket: { isConnected(): boolean } }).liveSocket.isConnected());
    } else {
      await loseConnection(page);
    }
    await away();
    const recovering = server.hear(({ told }) => told === recovered);
    // The join's answer.
    held.next();
    await recovering;
    await meanwhile();
    await page.waitForSelector(`#${form}-form[data-phx-ref-lock]`);
    // The recovery's answer, and with it the join's patch.
    held.next();
    const component = restarted ? ':not([data-phx-component="1"])' : '[data-phx-component="1"]';
    await page.waitForSelector(`[data-phx-main].phx-connected div${component} > #${form}-form[data-phx-ref-lock]`);
  }

  /** The same by typing: at the end of "half". */
  async function recoverText(away: string, recovered: string, meanwhile: string): Promise<void> {
    await open("/whole");
    await page.focus("#part");
    await page.keyboard.type("half");
    await page.waitForSelector('#part[value="half"]');
    await recover("part", () => page.keyboard.press(away), recovered, () => page.keyboard.type(meanwhile));
  }

  beforeEach(async () => {
    held = await HeldBack.of(page);
  });

  it("is told to the component, if nothing more is typed", async () => {
    await recoverText("-", "half-", "typ");
    held.release();
    await shows("#part-echo", "half-typ");
    expect(await page.inputValue("#part")).toBe("half-typ");
  });

  it("is told to it, even if that is what the one before had rendered", async () => {
    await recoverText("Backspace", "hal", "f");
    held.release();
    await shows("#part-echo", "half");
    expect(await page.inputValue("#part")).toBe("half");
  });

  it("is told to it with the next key, before the answers", async () => {
    await recoverText("-", "half-", "typ");
    const told = server.hear((said) => said.told === "half-type");
    await page.keyboard.type("e");
    await told;
    held.release();
    await shows("#part-echo", "half-type");
    expect(await page.inputValue("#part")).toBe("half-type");
  });

  // The button that was chosen is not the first of its group.
  it("is told to it, if it is a choice among radio buttons", async () => {
    await open("/choosing");
    await page.check("#choice-s");
    await shows("#choice-echo", "s");
    await recover("choice", () => page.check("#choice-m"), "m", () => page.check("#choice-l"));
    held.release();
    await shows("#choice-echo", "l");
    expect(await page.isChecked("#choice-l")).toBe(true);
  });

  it("can be submitted before the answers", async () => {
    await recoverText("-", "half-", "typ");
    const saved = server.hear((said) => said.saved !== undefined);
    await page.keyboard.press("Enter");
    expect((await saved).saved).toEqual({ note: "half-typ" });
    held.release();
    await forgotten();
  });
});

describe("a draft", () => {
  it("is offered, not put back, where the server has something else than when the user began", async () => {
    await open("/");
    await page.fill("#text", "mine");
    await shows("#seen", "1");
    await server.tell({ render: "theirs" });
    await reload();
    const notice = page.locator("form#all + holdfast-notice");
    expect(await notice.getAttribute("role")).toBe("status");
    expect(await page.inputValue("#text")).toBe("theirs");
    await page.reload();
    await connected(page);
    await notice.getByRole("button", { name: "Put my text back" }).click();
    expect(await page.inputValue("#text")).toBe("mine");
    await page.waitForFunction(() => document.querySelector("#echo")!.textContent!.includes('"text":"mine"'));
    expect(await notice.count()).toBe(0);
  });

  it("of a list that has fewer rows now is put back row by row, as the user adds them", async () => {
    await open("/steps");
    await page.click("#add");
    await page.fill("#row-0", "first");
    await page.fill("#row-1", "second");
    await page.waitForFunction(() => document.querySelector("[data-phx-ref-src]") === null);
    await reload();
    const restore = page.getByRole("button", { name: "Put my text back" });
    await restore.click();
    expect(await page.inputValue("#row-0")).toBe("first");
    await page.click("#add");
    await page.waitForSelector("#row-1");
    await restore.click();
    expect([await page.inputValue("#row-0"), await page.inputValue("#row-1"), await restore.count()]).toEqual(["first", "second", 0]);
  });

  it("ends when its user discards it", async () => {
    await open("/");
    await page.fill("#text", "mine");
    await shows("#seen", "1");
    await server.tell({ render: "theirs" });
    await reload();
    await page.getByRole("button", { name: "Discard it" }).click();
    expect(await kept()).toEqual([]);
    await page.reload();
    await connected(page);
    expect([await page.inputValue("#text"), await page.locator("holdfast-notice").count()]).toEqual(["theirs", 0]);
  });

  it("ends when the server has taken the form, and not when it shows what is wrong with it", async () => {
    await open("/strict");
    await page.fill("#other", "other");
    await page.fill("#note", "bad");
    await page.click("#save");
    await page.waitForSelector("#note[aria-invalid=true]");
    expect([await page.inputValue("#note"), await page.inputValue("#other")]).toEqual(["bad", "other"]);
    await reload();
    expect([await page.inputValue("#note"), await page.inputValue("#other")]).toEqual(["bad", "other"]);
    const saved = server.hear((said) => said.saved !== undefined);
    await page.fill("#note", "good");
    await page.click("#save");
    expect((await saved).saved).toEqual({ note: "good" });
    await forgotten();
    await page.reload();
    await connected(page);
    expect([await page.inputValue("#note"), await page.inputValue("#other")]).toEqual(["", ""]);
  });

  // The npm client then unlocks each field with what the server had rendered into it.
  it("is kept when the server shows what is wrong with the form, and another answer comes before that", async () => {
    const held = await HeldBack.of(page);
    await open("/strict");
    await page.fill("#other", "other");
    await page.fill("#note", "bad");
    await page.check("#agreed");
    held.hold();
    await page.evaluate(() => document.querySelector<HTMLElement>("#tick")!.click());
    await page.click("#save");
    held.next();
    await shows("#tick", "1");
    held.release();
    await page.waitForSelector("#note[aria-invalid=true]");
    expect([await page.inputValue("#note"), await page.inputValue("#other"), await page.isChecked("#agreed")]).toEqual(["bad", "other", true]);
  });

  it("is kept when the server dies before it has answered the submit", async () => {
    await open("/strict");
    await page.fill("#note", "not saved");
    await server.tell({ slow: 60_000 });
    const saving = server.hear((said) => said.saving === true);
    await page.click("#save");
    await saving;
    await server.kill();
    await page.waitForSelector("[data-phx-main]:not(.phx-connected)");
    await server.start();
    await connected(page);
    expect(await page.inputValue("#note")).toBe("not saved");
    expect(await page.isEditable("#note")).toBe(true);
    expect(await kept()).toHaveLength(1);
    const saved = server.hear((said) => said.saved !== undefined);
    await page.click("#save");
    expect((await saved).saved).toEqual({ note: "not saved" });
    await forgotten();
  });

  it("that was sent, and whose page was gone before the answer, is the same submission after a reload: no handler runs twice", async () => {
    const submission = (): Promise<string> => page.inputValue("#order input[name=_submission]");
    await open("/order");
    await page.fill("#what", "tea");
    const id = await submission();
    await server.tell({ slow: 60_000 });
    const arrived = server.hear(({ saved }) => saved !== undefined);
    await page.click("#save");
    await arrived;
    await reload();
    await server.tell({ slow: 0 });
    await page.waitForFunction(() => (document.querySelector("#what") as HTMLInputElement).value === "tea");
    expect(await submission()).toBe(id);
    // The view knows another id, and renders it.
    await page.click("#tick");
    await shows("#tick", "1");
    expect([await submission(), await page.inputValue("#what")]).toEqual([id, "tea"]);
    await page.click("#save");
    await page.waitForFunction((old) => document.querySelector<HTMLInputElement>("#order input[name=_submission]")!.value !== old, id);
    await forgotten();
    expect(server.saved.filter((order) => order["what"] === "tea")).toEqual([{ what: "tea", id }]);
    // The next one is another.
    await page.fill("#what", "coffee");
    await page.click("#save");
    await forgotten();
    const [coffee] = server.saved.filter((order) => order["what"] === "coffee");
    expect(coffee?.["id"]).not.toBe(id);
  });

  it("ends when the browser has posted the form, and not when that went wrong", async () => {
    const post = async (note: string): Promise<void> => {
      await page.fill("#note", note);
      await page.waitForFunction(() => Object.keys(sessionStorage).some((key) => key.startsWith("holdfast:draft")));
      await page.waitForFunction(() => document.querySelector("[data-phx-ref-src]") === null);
      await page.click("#send");
    };
    await open("/posted");
    await post("bad"); // a proxy's page, without a client
    await page.waitForFunction(() => document.body.textContent === "Bad gateway");
    await page.goBack();
    await connected(page);
    expect(await page.inputValue("#note")).toBe("bad");
    await post("worse"); // the endpoint's error page
    await page.waitForFunction(() => document.querySelector("h1")!.textContent === "Something went wrong");
    await open("/posted");
    expect(await page.inputValue("#note")).toBe("worse");
    await post("good");
    await page.waitForURL(/strict$/);
    await open("/posted");
    expect(await page.inputValue("#note")).toBe("");
    watched.complaints.length = 0; // the browser itself says which pages answered with errors
  });

  it("ends when the form is reset", async () => {
    await open("/strict");
    await page.fill("#note", "typed");
    await page.waitForFunction(() => Object.keys(sessionStorage).some((key) => key.startsWith("holdfast:draft")));
    await page.evaluate(() => document.querySelector<HTMLFormElement>("#strict")!.reset());
    expect(await kept()).toEqual([]);
  });
});

describe("a push that is never answered", () => {
  /** Types with a change under way that will have no answer. */
  async function unanswered(): Promise<void> {
    await page.clock.install();
    await open("/");
    await server.tell({ slow: 600_000 });
    const recovering = server.hear((said) => said.recovering === true);
    await page.fill("#text", "half a sentence");
    await recovering;
  }

  it("does not reload the page while the server is away: the view joins again when it is back, and the text is still there", async () => {
    await unanswered();
    await server.kill();
    // The npm client gives up on a push after 30 s, and reloads at most 10 s later.
    await page.clock.fastForward(31_000);
    await page.clock.fastForward(11_000);
    await page.evaluate(() => fetch(location.href).catch(() => undefined));
    expect([watched.loads(), await page.inputValue("#text")]).toEqual([1, "half a sentence"]);
    await server.start();
    await connected(page);
    await page.waitForFunction(() => document.querySelector("#echo")!.textContent!.includes('"text":"half a sentence"'));
    expect([watched.loads(), await page.inputValue("#text")]).toEqual([1, "half a sentence"]);
  });

  it("does not reload the page while its view joins again", async () => {
    // The npm client reloads after the shortest time that it may wait.
    await page.addInitScript(() => void (Math.random = () => 0));
    const held = await HeldBack.of(page);
    await unanswered();
    let answer = (): void => undefined;
    const asked = new Promise<void>((resolve) => void page.route(server.url, async (route) => {
      if (route.request().method() !== "HEAD") return route.fallback();
      await new Promise<void>((ready) => {
        answer = ready;
        resolve();
      });
      return route.fulfill({ status: 200 });
    }));
    await page.clock.fastForward(31_000);
    await asked;
    held.hold();
    await loseConnection(page);
    answer();
    await page.evaluate(() => fetch(location.href));
    await page.clock.fastForward(6_000);
    await server.tell({ slow: 0 });
    held.release();
    await connected(page);
    await page.waitForFunction(() => document.querySelector("#echo")!.textContent!.includes('"text":"half a sentence"'));
    expect([watched.loads(), await page.inputValue("#text")]).toEqual([1, "half a sentence"]);
  });

  it("reloads the page while the server answers, as the npm client does, and the text comes back", async () => {
    await unanswered();
    const probed = page.waitForResponse((response) => response.request().method() === "HEAD");
    await page.clock.fastForward(31_000);
    await probed;
    await server.tell({ slow: 0 });
    const loaded = page.waitForEvent("load");
    await page.clock.fastForward(11_000);
    await loaded;
    await connected(page);
    await page.waitForFunction(() => document.querySelector("#echo")?.textContent?.includes('"text":"half a sentence"'));
    expect(watched.loads()).toBe(2);
  });

  it("reloads the page where its policy does not let it ask the server", async () => {
    await unanswered();
    await page.evaluate(() => {
      const policy = Object.assign(document.createElement("meta"), { httpEquiv: "Content-Security-Policy", content: "connect-src ws:" });
      document.head.append(policy);
    });
    await page.clock.fastForward(31_000);
    await expect.poll(() => watched.complaints.some((complaint) => complaint.startsWith("csp: connect-src")), { timeout: 60_000 }).toBe(true);
    // Blocked behind ours, so that ours is known to be.
    await page.evaluate(() => fetch(location.href).catch(() => undefined));
    await server.tell({ slow: 0 });
    const loaded = page.waitForEvent("load");
    await page.clock.fastForward(11_000);
    await loaded;
    await connected(page);
    expect(watched.loads()).toBe(2);
    watched.complaints.splice(0, Infinity, ...watched.complaints.filter((complaint) => !/connect-src|Content Security Policy/.test(complaint)));
  });
});
