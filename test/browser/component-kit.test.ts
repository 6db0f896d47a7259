import { describe, expect, it } from "vitest";
import { axeViolations } from "./support/axe.js";
import { HeldBack, loseConnection } from "./support/browser.js";
import { PATIENT, useGallery, type Tab } from "./support/gallery.js";

const gallery = useGallery();
const focused = (tab: Tab): Promise<string | undefined> => tab.page.evaluate(() => document.activeElement?.id);
const focusIs = (tab: Tab, id: string): Promise<unknown> => tab.page.waitForFunction((wanted) => document.activeElement?.id === wanted, id);
const value = (tab: Tab, selector: string): Promise<string> => tab.page.inputValue(selector);

/** Each page, brought into the state in which most of it is seen. */
const STATES: readonly (readonly [path: string, act: (tab: Tab) => Promise<unknown>])[] = [
  ["input", async (tab) => {
    await tab.click("#propose");
    await tab.page.waitForSelector("#talk_title[aria-invalid]");
  }],
  ["select", async (tab) => {
    await tab.click("#plan");
    await tab.page.waitForSelector("#trip_country[aria-invalid]");
  }],
  ["choices", async (tab) => {
    await tab.click("#order-button");
    await tab.page.waitForSelector("#order_terms[aria-invalid]");
  }],
  ["button", () => Promise.resolve()],
  ["editable", async (tab) => {
    await tab.click("#publish");
    await tab.page.waitForSelector("#note_headline-text[aria-invalid]");
  }],
  ["modal", async (tab) => {
    await tab.click("#open");
    await tab.page.waitForSelector("#really:not(.hf-fade) #really-box");
  }],
  ["dropdown", async (tab) => {
    await tab.click("#more-button");
    await tab.page.waitForSelector("#more-list:not(.hf-fade) .hf-danger");
  }],
  ["tabs", (tab) => tab.click("#account-counter-tab")],
  ["table", async (tab) => {
    await tab.click("#note");
    await tab.page.waitForSelector("#notes-rows > tr");
  }],
  ["pagination?page=6", () => Promise.resolve()],
  ["list", () => Promise.resolve()],
  ["flash", async (tab) => {
    await tab.click("#say", "#go-wrong");
    await tab.page.waitForSelector("#messages-warning");
  }],
  ["placeholders", () => Promise.resolve()],
];

// 320 px is what a window of 640 px has at a zoom of 200 %, or one of 1280 px at 400 % (WCAG 2.2, 1.4.10).
const LOOKS = [["light", 320], ["light", 390], ["dark", 390], ["dark", 1100], ["light", 1100]] as const;

it.each(STATES)("/kit/%s is accessible in light and dark, and nothing overflows it, at 320, 390 and 1100 px", async (path, act) => {
  const tab = await gallery.tab();
  // The narrowest comes first: whatever is placed when it opens has the least room then.
  for (const [at, [colorScheme, width]] of LOOKS.entries()) {
    await tab.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await tab.page.setViewportSize({ width, height: 800 });
    if (at === 0) {
      await tab.open(`/kit/${path}`);
      await act(tab);
    }
    expect(await axeViolations(tab.page), `${colorScheme}, ${width} px`).toEqual([]);
    expect(await tab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth), `${colorScheme}, ${width} px`).toBeLessThanOrEqual(0);
  }
});

/** The background of an element, or of one that it generates. */
const background = (tab: Tab, selector: string, pseudo?: string): Promise<string> =>
  tab.page.locator(selector).first().evaluate((element, generated) => getComputedStyle(element, generated).backgroundColor, pseudo);

it("in the colors of the system the chosen tab, the page that is shown and a button's cross are seen", async () => {
  const tab = await gallery.tab();
  await tab.page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
  await tab.open("/kit/tabs");
  await tab.click("#account-counter-tab");
  expect(await background(tab, "#account-counter-tab")).not.toBe(await background(tab, "#account-profile-tab"));
  await tab.open("/kit/pagination?page=6");
  expect(await background(tab, ".hf-page > [aria-current]")).not.toBe(await background(tab, ".hf-page > :not([aria-current])"));
  await tab.open("/kit/modal");
  await tab.click("#open");
  expect(await background(tab, "#really .hf-cross", "::before")).not.toBe(await background(tab, "#really .hf-close"));
});

it("on paper a table shows all of its columns, and a box that is checked looks it", async () => {
  const tab = await gallery.tab();
  await tab.page.setViewportSize({ width: 320, height: 800 });
  await tab.open("/kit/table");
  const table = tab.page.locator(".hf-table-scroll").first();
  const hides = (): Promise<string> => table.evaluate((scroller) => getComputedStyle(scroller).overflowX);
  expect(await hides()).toBe("auto");
  await tab.page.emulateMedia({ media: "print" });
  expect(await hides()).toBe("visible");
  await tab.open("/kit/choices");
  expect(await tab.page.locator(".hf-box").first().evaluate((box) => getComputedStyle(box).getPropertyValue("print-color-adjust"))).toBe("exact");
});

it.each(STATES)("/kit/%s is accessible with text of twice the size on a phone, and nothing overflows it", async (path, act) => {
  const tab = await gallery.tab();
  await tab.page.emulateMedia({ reducedMotion: "reduce" });
  await tab.page.setViewportSize({ width: 390, height: 800 });
  await tab.open(`/kit/${path}`);
  await tab.page.evaluate(() => void (document.documentElement.style.fontSize = "200%"));
  await act(tab);
  expect(await axeViolations(tab.page)).toEqual([]);
  expect(await tab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});

it("an invalid field stays red under the pointer", async () => {
  const tab = await gallery.open("/kit/input");
  await tab.page.emulateMedia({ reducedMotion: "reduce" });
  await tab.click("#propose");
  await tab.page.waitForSelector("#talk_email[aria-invalid]");
  const border = (): Promise<string> => tab.page.locator("#talk_email").evaluate((input) => getComputedStyle(input).borderTopColor);
  await tab.page.hover("h1");
  const red = await border();
  await tab.page.hover("#talk_seats");
  expect(await tab.page.locator("#talk_seats").evaluate((input) => getComputedStyle(input).borderTopColor)).not.toBe(red);
  await tab.page.hover("#talk_email");
  expect(await border()).toBe(red);
});

it.each([["ltr", 390], ["rtl", 390], ["ltr", 320]])("words without end break inside their components on a phone, %s, %d px", async (dir, width) => {
  const tab = await gallery.tab();
  await tab.page.emulateMedia({ reducedMotion: "reduce" });
  await tab.page.setViewportSize({ width, height: 800 });
  const sticksOut: string[] = [];
  for (const [path, act] of STATES) {
    await tab.open(`/kit/${path}`);
    await act(tab);
    const found = await tab.page.evaluate((direction) => {
      document.documentElement.dir = direction;
      const texts = [...document.querySelectorAll<HTMLElement>(`.hf-label, .hf-help, .hf-error, .hf-choice span, .hf-button,
        .hf-modal-title, .hf-menu-item, .hf-message p, .hf-empty p, .hf-list dd`)]
        // A table scrolls instead.
        .filter((text) => text.checkVisibility() && text.closest(".hf-table-scroll") === null);
      for (const text of texts) text.textContent = "Rechtsschutzversicherungsgesellschaftsangelegenheiten";
      return texts.filter((text) => {
        const { left, right } = text.getBoundingClientRect();
        return left < 0 || right > innerWidth || text.scrollWidth > text.clientWidth + 1;
      }).map(({ className }) => className);
    }, dir);
    sticksOut.push(...found.map((name) => `${path}: ${name}`));
  }
  expect(sticksOut).toEqual([]);
});

it("axe finds what is wrong", async () => {
  const tab = await gallery.open("/kit/list");
  await tab.page.evaluate(() => document.querySelector("#facts")!.insertAdjacentHTML("afterend", "<input>"));
  expect((await axeViolations(tab.page)).join()).toMatch(/^label: <input>/);
});

describe("fields", () => {
  it("show an error where the user has been, all errors once the form is sent, and start afresh after it", async () => {
    const tab = await gallery.open("/kit/input");
    await tab.page.fill("#talk_email", "nobody");
    await tab.list(".hf-error", ["That is no address"]);
    expect(await tab.page.getAttribute("#talk_email", "aria-describedby")).toBe("talk_email-help talk_email-errors");
    await tab.click("#propose");
    await tab.list(".hf-error", ["A talk needs a title", "That is no address", "Choose a day", "Ten characters or more"]);
    await tab.page.fill("#talk_title", "On <tea>");
    await tab.page.fill("#talk_email", "ada@example.com");
    await tab.page.fill("#talk_date", "2027-03-01");
    await tab.page.fill("#talk_about", "How to make it\nand drink it");
    await tab.list(".hf-error", []);
    await tab.page.focus("#talk_title");
    await tab.page.keyboard.press("Enter");
    await tab.shows("#saved", "“On <tea>” on 2027-03-01, for 20");
    await expect.poll(() => value(tab, "#talk_about")).toBe("");
    await tab.list(".hf-error", []);
  });

  it("an element is edited in place, and says what is wrong; its content is text", async () => {
    const tab = await gallery.open("/kit/editable");
    const text = (): Promise<string> => tab.page.locator("#note_headline-text").innerText();
    await tab.page.focus("#note_headline-text");
    await tab.page.keyboard.type("<b>Tea</b> for two");
    await tab.shows("#seen", "<b>Tea</b> for two");
    await tab.rejoins(() => loseConnection(tab.page));
    await tab.shows("#seen", "<b>Tea</b> for two");
    expect(await text()).toBe("<b>Tea</b> for two");
    expect(await tab.page.getByRole("textbox", { name: "Headline" }).count()).toBe(1);
    await tab.click("#publish");
    await tab.list("#published li", ["<b>Tea</b> for two"]);
    await expect.poll(text).toBe("");
    await tab.click("#publish");
    await tab.list(".hf-error", ["A headline, please"]);
    await tab.list("#published li", ["<b>Tea</b> for two"]);
  });

  it("a select's options follow another select's choice, and several choices are a list", async () => {
    const tab = await gallery.open("/kit/select");
    expect(await tab.page.isDisabled("#trip_city")).toBe(true);
    await tab.page.selectOption("#trip_country", "Peru");
    await tab.page.waitForSelector("#trip_city:enabled");
    await tab.list("#trip_city option", ["Choose …", "Arequipa", "Cusco", "Lima"]);
    await tab.page.selectOption("#trip_city", "Cusco");
    await tab.click("#plan");
    await tab.list(".hf-error", ["Choose at least one bird"]);
    await tab.page.selectOption("#trip_birds", ["kea", "condor"]);
    await tab.click("#plan");
    await tab.shows("#planned", "Cusco, Peru: kea, condor");
  });

  it("boxes and radio buttons work by the keyboard alone", async () => {
    const tab = await gallery.open("/kit/choices");
    await tab.page.focus("#order_size-0");
    await tab.page.keyboard.press("Space");
    await tab.page.keyboard.press("ArrowRight");
    await tab.page.keyboard.press("Tab");
    expect(await focused(tab)).toBe("order_extras-0");
    for (let i = 0; i < 3; i++) {
      await tab.page.keyboard.press("Space");
      await tab.page.keyboard.press("Tab");
    }
    await tab.list(".hf-error", ["At most two"]);
    await tab.page.keyboard.press("Shift+Tab");
    await tab.page.keyboard.press("Space");
    await tab.list(".hf-error", []);
    await tab.page.keyboard.press("Tab");
    await tab.page.keyboard.press("Space");
    await tab.page.keyboard.press("Tab");
    await tab.page.keyboard.press("Enter");
    await tab.shows("#ordered", "large + Milk + Sugar");
  });
});

describe("a button", () => {
  it("shows that its event is under way, and says so where it is told to", async () => {
    const tab = await gallery.tab();
    const answers = await HeldBack.of(tab.page);
    await tab.open("/kit/button");
    answers.hold();
    await tab.click("#slow");
    await tab.page.waitForSelector("#slow.phx-click-loading");
    answers.release();
    await tab.shows("#pressed", "1");
    answers.hold();
    await tab.click("#busy");
    await tab.shows("#busy", "Working …");
    expect(await tab.page.isDisabled("#busy")).toBe(true);
    answers.release();
    await tab.shows("#pressed", "2");
    await tab.shows("#busy", "Says so");
  });
});

describe("a modal", () => {
  it("keeps the focus, and gives it back however it is closed", async () => {
    const tab = await gallery.open("/kit/modal");
    for (const close of [() => tab.page.keyboard.press("Escape"), () => tab.click("#really .hf-close"), () => tab.page.mouse.click(5, 5)]) {
      await tab.page.focus("#open");
      await tab.page.keyboard.press("Enter");
      await tab.page.waitForFunction(() => document.querySelector("#really-box")!.contains(document.activeElement));
      await tab.page.waitForSelector("#really:not(.hf-fade) #really-title");
      for (let i = 0; i < 7; i++) {
        await tab.page.keyboard.press("Tab");
        expect(await tab.page.evaluate(() => document.querySelector("#really-box")!.contains(document.activeElement))).toBe(true);
      }
      await close();
      await tab.page.waitForSelector("#really-box", { state: "hidden" });
      await focusIs(tab, "open");
    }
    expect(await tab.page.getByRole("dialog").count()).toBe(0);
  });

  it("is named by its title, and its buttons work", async () => {
    const tab = await gallery.open("/kit/modal");
    await tab.click("#open");
    await tab.page.getByRole("dialog", { name: "Delete this post?" }).waitFor();
    await tab.page.getByRole("button", { name: "Delete", exact: true }).click();
    await tab.shows("#answer", "deleted");
    await tab.page.waitForSelector("#really-box", { state: "hidden" });
  });

  it("opens by itself when the server renders it, and tells the server when it is closed", async () => {
    const tab = await gallery.open("/kit/modal");
    await tab.click("#ask");
    await tab.page.getByRole("dialog", { name: "The server opened this" }).waitFor();
    await focusIs(tab, "yes");
    await tab.page.keyboard.press("Escape");
    await tab.gone("#asked");
    await tab.shows("#answer", "cancelled");
    await focusIs(tab, "ask");
    await tab.page.keyboard.press("Enter");
    await tab.click("#yes");
    await tab.shows("#answer", "yes");
    await tab.gone("#asked");
    await focusIs(tab, "ask");
  });
});

describe("a dropdown", () => {
  it("opens, returns the focus to its button on Escape, and closes on a click elsewhere and on a choice", async () => {
    const tab = await gallery.open("/kit/dropdown");
    const expanded = (is: string): Promise<unknown> => tab.page.waitForSelector(`#more-button[aria-expanded=${is}]`);
    await tab.page.focus("#more-button");
    await tab.page.keyboard.press("Enter");
    await expanded("true");
    await tab.page.waitForSelector("#more-list", { state: "visible" });
    await tab.page.keyboard.press("Tab");
    await tab.page.keyboard.press("Tab");
    await tab.page.keyboard.press("Escape");
    await expanded("false");
    await focusIs(tab, "more-button");
    await tab.page.waitForSelector("#more-list", { state: "hidden" });
    await tab.click("#more-button");
    await expanded("true");
    await tab.click("h1");
    await expanded("false");
    await tab.click("#more-button");
    await tab.page.getByRole("button", { name: "Make a copy" }).click();
    await tab.shows("#done", "copied");
    await expanded("false");
    await tab.click("#more-button");
    await tab.page.getByRole("link", { name: "To the tabs" }).nth(0).click();
    await tab.at("/kit/tabs");
  });
});

describe("tabs", () => {
  it("are chosen without the server, by the keyboard too, and stay through an update", async () => {
    const tab = await gallery.open("/kit/tabs");
    await tab.page.focus("#account-profile-tab");
    for (const [key, to] of [["End", "log"], ["ArrowRight", "profile"], ["ArrowLeft", "log"], ["ArrowLeft", "counter"], ["Home", "profile"], ["ArrowRight", "counter"]]) {
      await tab.page.keyboard.press(key!);
      await focusIs(tab, `account-${to}-tab`);
    }
    // Not without its own keys: those belong to the browser.
    await tab.page.keyboard.press("Shift+ArrowRight");
    await focusIs(tab, "account-counter-tab");
    expect(await tab.page.getByRole("tab", { selected: true }).textContent()).toBe("Profile");
    await tab.page.keyboard.press("Enter");
    await tab.page.waitForSelector("#account-counter", { state: "visible" });
    await tab.page.waitForSelector("#account-profile", { state: "hidden" });
    await tab.click("#add", "#add");
    await tab.shows("#count", "2");
    expect(await tab.page.getByRole("tab", { selected: true }).textContent()).toBe("Counter");
    expect(await tab.page.isVisible("#account-counter")).toBe(true);
    await tab.page.focus("#account-log-tab");
    await tab.page.keyboard.press("Enter");
    await tab.shows("#seen", "1");
  });
});

describe("a table", () => {
  it("is a stop of the Tab key only while it scrolls, after an update too", async () => {
    const tab = await gallery.open("/kit/table");
    const stop = (): Promise<string | null> => tab.page.getAttribute("#mountains-scroll", "tabindex");
    await expect.poll(stop, PATIENT).toBe(null);
    await tab.page.getByRole("link", { name: "Height, m" }).click();
    await tab.list("#mountains-rows td:first-child", ["Pico", "Ruapehu", "Aoraki", "Huascarán"]);
    expect(await stop()).toBe(null);
    await tab.page.setViewportSize({ width: 200, height: 800 });
    await expect.poll(stop, PATIENT).toBe("0");
    await tab.page.getByRole("link", { name: "Height, m" }).click();
    await tab.list("#mountains-rows td:first-child", ["Huascarán", "Aoraki", "Ruapehu", "Pico"]);
    expect(await stop()).toBe("0");
  });

  it("is sorted by the URL, loses a row, and says when none is left", async () => {
    const tab = await gallery.open("/kit/table");
    const names = ["Aoraki", "Huascarán", "Pico", "Ruapehu"];
    await tab.list("#mountains-rows td:first-child", names);
    await tab.page.getByRole("link", { name: "Height, m" }).click();
    await tab.list("#mountains-rows td:first-child", ["Pico", "Ruapehu", "Aoraki", "Huascarán"]);
    await tab.page.getByRole("link", { name: "Height, m" }).click();
    await tab.list("#mountains-rows td:first-child", ["Huascarán", "Aoraki", "Ruapehu", "Pico"]);
    expect(tab.path).toBe("/kit/table?by=height&direction=descending");
    expect(await tab.page.getAttribute("#mountains th:nth-child(3)", "aria-sort")).toBe("descending");
    for (const name of names) await tab.page.getByRole("button", { name: `Remove ${name}` }).click();
    await tab.shows("#mountains-rows", "No mountains leftReload the page to bring them back.");
    expect(tab.loads).toBe(1);
  });

  it("is walked, sorted and scrolled by the keyboard alone, and shows at its edge that it scrolls", async () => {
    const tab = await gallery.tab();
    await tab.page.setViewportSize({ width: 320, height: 800 });
    await tab.open("/kit/table");
    const region = tab.page.getByRole("region", { name: "Mountains" });
    const stops = (): Promise<string | null | undefined> => tab.page.evaluate(() => {
      const at = document.activeElement;
      return at?.getAttribute("role") ?? at?.getAttribute("aria-label") ?? at?.textContent;
    });
    await region.focus();
    const walked = [await stops()];
    for (let i = 0; i < 3; i++) {
      await tab.page.keyboard.press("Tab");
      walked.push(await stops());
    }
    expect(walked).toEqual(["region", "Name", "Height, m", "Remove Aoraki"]);
    // What has the focus has been scrolled into sight.
    expect(await region.evaluate((scrolled) => scrolled.scrollLeft)).toBeGreaterThan(0);
    await tab.page.keyboard.press("Shift+Tab");
    await tab.page.keyboard.press("Enter");
    await tab.list("#mountains-rows td:first-child", ["Pico", "Ruapehu", "Aoraki", "Huascarán"]);
    await region.evaluate((scrolled) => (scrolled.scrollLeft = 0));
    await region.focus();
    await tab.page.keyboard.press("ArrowRight");
    await tab.page.waitForFunction(() => document.querySelector("[aria-labelledby=mountains-caption]")!.scrollLeft > 0);
    // The covers go with the content, the shadows beneath them stay.
    expect(await region.evaluate((scrolled) => getComputedStyle(scrolled).backgroundAttachment)).toMatch(/^local, local, scroll, scroll/);
  });

  it("of a stream gets and loses rows, and says when there are none", async () => {
    const tab = await gallery.open("/kit/table");
    const none = (state: "visible" | "hidden"): Promise<unknown> => tab.page.waitForSelector("#notes-none", { state });
    await none("visible");
    await tab.click("#note", "#note");
    await tab.list("#notes-rows td:first-child", ["Note 2", "Note 1"]);
    await none("hidden");
    await tab.page.getByRole("button", { name: "Forget note 2" }).click();
    await tab.page.getByRole("button", { name: "Forget note 1" }).click();
    await none("visible");
  });
});

it("pagination patches the URL, and its ends lead nowhere", async () => {
  const tab = await gallery.open("/kit/pagination");
  await tab.page.getByRole("link", { name: "Next" }).click();
  await tab.shows("#page", "2");
  await tab.page.getByRole("link", { name: "12 / 12" }).click();
  await tab.shows("#page", "12");
  expect(await tab.page.getByRole("link", { name: "Next" }).count()).toBe(0);
  await tab.back();
  await tab.shows("#page", "2");
  expect(tab.loads).toBe(1);
});

it("pages and messages are reached and used by the keyboard alone", async () => {
  const tab = await gallery.open("/kit/pagination?page=6");
  await tab.page.getByRole("link", { name: "Previous" }).focus();
  for (let i = 0; i < 5; i++) await tab.page.keyboard.press("Tab");
  expect(await tab.page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("12 / 12");
  await tab.page.keyboard.press("Enter");
  await tab.shows("#page", "12");
  await tab.open("/kit/flash");
  await tab.page.focus("#say");
  await tab.page.keyboard.press("Space");
  await tab.page.waitForSelector("#messages-success");
  await tab.page.focus("#messages-success .hf-close");
  await tab.page.keyboard.press("Enter");
  await tab.gone("#messages-success");
});

it("messages of any kind stay until they are closed, and closing one leaves the other", async () => {
  const tab = await gallery.open("/kit/flash");
  await tab.click("#say", "#go-wrong");
  await tab.shows("#messages-warning", "That did not workThe card was refused. <Nothing> was charged.");
  await tab.click("#messages-success .hf-close");
  await tab.gone("#messages-success");
  await tab.click("#corner");
  await tab.page.waitForSelector(".hf-toasts #messages-warning");
});

it("toasts that are higher than the window are scrolled to, and closed by mouse and keyboard", async () => {
  const tab = await gallery.tab();
  await tab.page.emulateMedia({ reducedMotion: "reduce" });
  await tab.page.setViewportSize({ width: 320, height: 150 });
  await tab.open("/kit/flash");
  await tab.click("#corner", "#say", "#go-wrong");
  await tab.page.waitForSelector(".hf-toasts #messages-warning");
  await tab.page.evaluate(() => {
    for (const text of document.querySelectorAll(".hf-toasts p:last-of-type")) text.textContent = "A long text. ".repeat(20);
  });
  const inWindow = (id: string): Promise<boolean> => tab.page.locator(`${id} .hf-close`).evaluate((button) => {
    const { top, bottom, left, right } = button.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight && left >= 0 && right <= innerWidth;
  });
  await tab.page.focus("#messages-success .hf-close");
  expect(await inWindow("#messages-success")).toBe(true);
  await tab.page.focus("#messages-warning .hf-close");
  expect(await inWindow("#messages-warning")).toBe(true);
  await tab.click("#messages-success .hf-close");
  await tab.gone("#messages-success");
  await tab.page.press("#messages-warning .hf-close", "Enter");
  await tab.gone("#messages-warning");
});

it("a skeleton reserves the space of what is loading", async () => {
  const tab = await gallery.tab();
  const answers = await HeldBack.of(tab.page);
  await tab.open("/kit/placeholders");
  // The page's source has the words as well.
  await tab.page.locator(".hf-empty #again").waitFor();
  // The click's answer comes, and what was loaded does not.
  answers.hold(1);
  await tab.click("#again");
  await tab.page.getByRole("status").getByText("Loading …").waitFor();
  answers.release();
  await tab.page.locator(".hf-empty #again").waitFor();
});
