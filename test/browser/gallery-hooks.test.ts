import { describe, expect, it } from "vitest";
import { PATIENT, useGallery, type Tab } from "./support/gallery.js";

const gallery = useGallery();
const ROOT = "/hooks/attached";

it("an attached hook halts events, parameters, messages and results of tasks, until it is detached", async () => {
  const [tab, other] = [await gallery.open(ROOT), await gallery.open(ROOT)];
  const log: string[] = [];
  const logs = (line: string): Promise<void> => {
    log.push(line);
    return tab.list("#log li", log);
  };
  await tab.click("#save", "#two", "#load", "#ask");
  await other.click("#ring");
  await tab.shows("#saved", "1");
  await tab.shows("#tab", "two");
  await tab.shows("#loaded", "a value");
  await tab.shows("#heard", "rung by another window");
  await tab.shows("#answer", '{"refused":false}');

  await tab.click("#guard");
  await tab.shows("#state", "guarded");
  await tab.click("#save");
  await logs("halted the event save");
  await tab.click("#ask");
  await logs("halted the event ask");
  await tab.shows("#answer", '{"refused":true}');
  await tab.click("#three");
  await logs("halted handleParams");
  await other.click("#ring");
  await logs("halted a message");
  await tab.click("#load");
  await logs("halted the end of load");
  expect([await tab.text("#saved"), await tab.text("#tab")]).toEqual(["1", "two"]);
  expect(tab.path).toBe(`${ROOT}?tab=three`);

  await tab.click("#unguard");
  await tab.shows("#state", "open");
  await tab.click("#save", "#ask");
  await tab.shows("#saved", "2");
  await tab.shows("#answer", '{"refused":false}');
  await tab.list("#log li", log);
});

it("a hook of the view's base sees each event that has passed the gate", async () => {
  const tab = await gallery.open(ROOT);
  await tab.click("#save", "#save");
  await tab.shows("#saved", "2");
  expect(await tab.text("#events")).toBe("2");
});

it("a component has hooks of its own", async () => {
  const tab = await gallery.open(ROOT);
  await tab.click("#blown", "#lamp");
  await tab.shows("#lamp", "lamp: lit");
  expect(await tab.text("#blown")).toBe("blown: dark");
});

it("afterRender runs after each render", async () => {
  const tab = await gallery.open(ROOT);
  const renders = async (): Promise<number> => Number(/rendered (\d+) times/.exec(await tab.text("#log li:last-child"))![1]);
  await tab.click("#look");
  await tab.page.waitForSelector("#log li");
  const before = await renders();
  await tab.click("#save");
  await tab.shows("#saved", "1");
  await tab.click("#look");
  await tab.page.waitForSelector("#log li:nth-child(2)");
  // One for the look before, one for the save; this look is being rendered.
  expect(await renders()).toBe(before + 2);
});

it("one name twice in a stage is a mistake", async () => {
  const tab = await gallery.open(ROOT);
  await tab.rejoins(() => tab.click("#twice"));
  expect(gallery.crashes().join()).toMatch(/attaches the hook "same name" to handleEvent twice/);
});

describe("a hook that is typed on both sides", () => {
  const select = (tab: Tab, start: number, end: number): Promise<void> =>
    tab.page.locator("#text").evaluate((text, [from, to]) => (text as HTMLTextAreaElement).setSelectionRange(from!, to!), [start, end]);
  const selected = (tab: Tab): Promise<string> => tab.page.locator("#text").evaluate((text) => {
    const { value, selectionStart, selectionEnd } = text as HTMLTextAreaElement;
    return value.slice(selectionStart, selectionEnd);
  });

  it("tells the server what only the browser knows, is answered, and shows what the server sends", async () => {
    const tab = await gallery.open("/hooks/typed");
    await select(tab, 2, 6);
    await tab.click("#add");
    await tab.shows("#said", "This is quote 1.");
    await tab.list("#quotes q", ["hook"]);
    await select(tab, 0, 0);
    await tab.click("#quotes button");
    await expect.poll(() => selected(tab), PATIENT).toBe("hook");
    expect(await tab.page.evaluate(() => document.activeElement?.id)).toBe("text");
  });

  it("is told why its push is refused, and goes on", async () => {
    const tab = await gallery.open("/hooks/typed");
    await select(tab, 3, 3);
    await tab.click("#add");
    await tab.shows("#said", "Select a part of the text first.");
    await tab.list("#quotes q", []);
    await select(tab, 0, 6);
    await tab.click("#add");
    await tab.list("#quotes q", ["A hook"]);
  });
});
