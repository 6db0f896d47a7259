import { describe, expect, it } from "vitest";
import { axeViolations } from "./support/axe.js";
import { loseConnection } from "./support/browser.js";
import { useGallery, type Tab } from "./support/gallery.js";

const gallery = useGallery();
const things = (tab: Tab): Promise<string[]> =>
  tab.page.locator("#things .hf-input").evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));
const shows = (tab: Tab, ...wanted: string[]): Promise<unknown> => expect.poll(() => things(tab), { timeout: 60_000 }).toEqual(wanted);
const submission = (tab: Tab): Promise<string> => tab.page.inputValue("#packing > input[name=_submission]");

describe("a form as a value", () => {
  it("adds, moves and removes items with what was typed, and is accessible", async () => {
    const tab = await gallery.open("/forms/values");
    await tab.page.fill("#things .thing:nth-of-type(2) .hf-input", "Cooker");
    await tab.page.getByRole("button", { name: "Move thing 2 up" }).click();
    await shows(tab, "Cooker", "Tent", "Map");
    await tab.page.getByRole("button", { name: "Move thing 2 down" }).click();
    await shows(tab, "Cooker", "Map", "Tent");
    await tab.page.getByRole("button", { name: "Remove thing 1" }).click();
    await shows(tab, "Map", "Tent");
    await tab.click("#add");
    await shows(tab, "Map", "Tent", "");
    await tab.click("#save");
    await tab.list(".hf-error", ["The list needs a name", "Say what"]);
    expect(await axeViolations(tab.page)).toEqual([]);
    await tab.page.getByRole("button", { name: "Remove thing 3" }).click();
    await shows(tab, "Map", "Tent");
    await tab.page.fill("#packing_name", "Hike");
    await tab.click("#save");
    await tab.list("#saved li", ["Hike: Map, Tent"]);
    await shows(tab, "Tent", "Stove", "Map");
    expect(await tab.page.inputValue("#packing_name")).toBe("");
  });

  it("items are dragged by their handle, with their typed text, and stay where they were if the drag is cancelled", async () => {
    const tab = await gallery.open("/forms/values");
    await tab.page.fill("#things .thing:nth-of-type(2) .hf-input", "Cooker");
    const grip = (nth: number) => tab.page.locator("#things [data-drag-handle]").nth(nth);
    await grip(0).dragTo(tab.page.locator("#things .thing").nth(2), { targetPosition: { x: 20, y: 30 } });
    await shows(tab, "Cooker", "Map", "Tent");
    await grip(2).dragTo(tab.page.locator("#things .thing").nth(0), { targetPosition: { x: 20, y: 2 } });
    await shows(tab, "Tent", "Cooker", "Map");
    await grip(0).hover();
    await tab.page.mouse.down();
    await grip(1).hover();
    await grip(2).hover();
    await tab.page.keyboard.press("Escape");
    await tab.page.mouse.up();
    await shows(tab, "Tent", "Cooker", "Map");
    // The keyboard's way stays.
    await tab.page.getByRole("button", { name: "Move thing 3 up" }).press("Enter");
    await shows(tab, "Tent", "Map", "Cooker");
    await tab.page.fill("#packing_name", "Hike");
    await tab.click("#save");
    await tab.list("#saved li", ["Hike: Tent, Map, Cooker"]);
  });

  it("items that were moved, or stand behind a removed one, keep their text over a lost connection", async () => {
    const tab = await gallery.open("/forms/values");
    await tab.page.fill("#things .thing:nth-of-type(1) .hf-input", "Bivouac");
    await tab.page.fill("#things .thing:nth-of-type(2) .hf-input", "Cooker");
    await tab.page.fill("#things .thing:nth-of-type(3) .hf-input", "Chart");
    await tab.page.getByRole("button", { name: "Remove thing 2" }).click();
    await shows(tab, "Bivouac", "Chart");
    await tab.page.getByRole("button", { name: "Move thing 2 up" }).click();
    await shows(tab, "Chart", "Bivouac");
    await tab.rejoins(() => loseConnection(tab.page));
    // What is put back is told to the view before this is.
    await tab.page.fill("#packing_name", "Hike");
    await shows(tab, "Chart", "Bivouac");
    await tab.click("#save");
    await tab.list("#saved li", ["Hike: Chart, Bivouac"]);
  });

  it("shows the application's own errors, and keeps the text", async () => {
    const tab = await gallery.open("/forms/values");
    await tab.page.fill("#packing_name", "Hike");
    await tab.click("#save");
    await tab.list("#saved li", ["Hike: Tent, Stove, Map"]);
    await tab.page.fill("#packing_name", "Hike");
    await tab.click("#save");
    await tab.list(".hf-error", ["There is one of that name"]);
    expect(await tab.page.inputValue("#packing_name")).toBe("Hike");
    await tab.page.fill("#packing_name", "Walk");
    await tab.click("#save");
    await tab.list("#saved li", ["Hike: Tent, Stove, Map", "Walk: Tent, Stove, Map"]);
  });

  it("keeps the submission's id over a lost connection, and gets a new one after the submit", async () => {
    const tab = await gallery.open("/forms/values");
    await tab.page.fill("#packing_name", "Hike");
    const id = await submission(tab);
    await tab.rejoins(() => loseConnection(tab.page));
    await expect.poll(() => submission(tab)).toBe(id);
    expect(await tab.page.inputValue("#packing_name")).toBe("Hike");
    await tab.click("#save");
    await tab.list("#saved li", ["Hike: Tent, Stove, Map"]);
    await expect.poll(() => submission(tab)).not.toBe(id);
  });
});

it("a form is posted by the browser once its view has found nothing wrong", async () => {
  const tab = await gallery.open("/forms/posted");
  await tab.page.fill("#login_word", "please");
  await tab.click("#enter");
  await tab.list(".hf-error", ["That is not the word"]);
  expect(tab.loads).toBe(1);
  await tab.page.fill("#login_word", "open sesame");
  await tab.click("#enter");
  await tab.shows("#flash p", "Posted by the browser: open sesame");
  expect(tab.loads).toBeGreaterThan(1);
});
