import { describe, expect, it } from "vitest";
import { useGallery, type Tab } from "./support/gallery.js";

const gallery = useGallery();

describe("loaded values", () => {
  const ROOT = "/loading/values";
  const state = async (tab: Tab, weather: string, ok: boolean, loading: boolean, failed = "—"): Promise<void> => {
    await tab.shows("#weather", weather);
    await tab.list(".facts dd", [String(ok), String(loading), failed]);
  };

  it("are loading over HTTP and until their task ends", async () => {
    const page = await (await fetch(gallery.url + ROOT)).text();
    expect(page).toContain("loading …");
    const tab = await gallery.open(ROOT);
    await state(tab, "loading …", false, true);
    await tab.click("#succeed");
    await state(tab, "Sunny", true, false);
  });

  it("stay while they are loaded again, and are cleared first when asked to", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#succeed", "#reload");
    await state(tab, "Sunny", true, true);
    await tab.click("#succeed-again");
    await state(tab, "<b>Rain</b>", true, false);
    await tab.click("#reset");
    await state(tab, "loading …", false, true);
    await tab.click("#succeed");
    await state(tab, "Sunny", true, false);
  });

  it("a failure is a value: the view lives on, and the loaded value stays", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#fail");
    await state(tab, "not known, no answer", false, false, "no answer");
    await tab.click("#reload");
    await state(tab, "loading …", false, true);
    await tab.click("#succeed", "#reload", "#fail");
    await state(tab, "Sunny", true, false, "no answer");
    expect(gallery.logged.filter(({ message }) => message.includes("crashed"))).toEqual([]);
  });

  it("a cancelled one has failed for that reason, and its task's later result is dropped", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#cancel");
    await state(tab, "not known, cancelled", false, false, "cancelled");
    await tab.click("#succeed", "#reload");
    await state(tab, "loading …", false, true);
    await tab.click("#succeed-again");
    await state(tab, "<b>Rain</b>", true, false);
  });
});

describe("tasks", () => {
  const ROOT = "/loading/tasks";
  const log = (tab: Tab, ...lines: string[]): Promise<void> => tab.list("#log li", lines);

  it("report their result to the mailbox: a value, or what they threw", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#start", "#succeed");
    await log(tab, "task 1 gave 42");
    await tab.click("#start", "#fail");
    await log(tab, "task 1 gave 42", "task 2 failed: out of numbers");
  });

  it("are cancelled, or replaced by another task of the same name: only that one reports", async () => {
    const [tab, other] = [await gallery.open(ROOT), await gallery.open(ROOT)];
    await tab.click("#start", "#cancel");
    await log(tab, "task 1 failed: not needed any more");
    await other.shows("#heard", "task 1 was aborted");
    await tab.click("#cancel-nothing", "#start", "#start");
    await other.shows("#heard", "task 1 was aborted, task 2 was aborted");
    await tab.click("#succeed");
    await log(tab, "task 1 failed: not needed any more", "task 3 gave 42");
  });

  it("are aborted when the view leaves, by a link or for good", async () => {
    const [tab, other] = [await gallery.open(ROOT), await gallery.open(ROOT)];
    await tab.click("#start");
    await tab.shows("#start", "Start task 2");
    await tab.click("#leave");
    await other.shows("#heard", "task 1 was aborted");
    await tab.click("#back");
    await tab.connected();
    await tab.shows("#start", "Start task 1");
    await tab.click("#start");
    await tab.shows("#start", "Start task 2");
    await tab.page.close();
    await other.shows("#heard", "task 1 was aborted, task 1 was aborted");
  });

  it("belong to a component as well", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#worker-start");
    await tab.shows("#worker-state", "working");
    await tab.click("#worker-finish");
    await tab.shows("#worker-state", "gave 7");
  });

  it("crash the view if the handler of their result throws", async () => {
    const tab = await gallery.open(ROOT);
    await tab.rejoins(() => tab.click("#crash"));
    expect(gallery.crashes()).toEqual(["the handler of the task’s end throws"]);
  });
});

describe("loaded streams", () => {
  const ROOT = "/loading/streams";
  const birds = (tab: Tab, status: string, ...ids: string[]): Promise<[void, void]> =>
    Promise.all([tab.shows("#status", status), tab.list("#birds li", ids)]);

  it("are loading and empty, and then hold the loaded items", async () => {
    expect(await (await fetch(gallery.url + ROOT)).text()).toContain("loading …");
    const tab = await gallery.open(ROOT);
    await birds(tab, "loading …");
    await tab.click("#succeed");
    await birds(tab, "3 came", "Finch", "Heron", "Owl");
    await tab.click("#add");
    await birds(tab, "3 came", "Wren", "Finch", "Heron", "Owl");
  });

  it("load more, or begin anew", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#succeed", "#reload");
    await birds(tab, "loading …", "Finch", "Heron", "Owl");
    await tab.click("#more");
    await birds(tab, "2 came", "Finch", "Heron", "Owl", "Swift");
    await tab.click("#reset");
    await tab.shows("#status", "loading …");
    await tab.click("#more");
    await birds(tab, "2 came", "Owl", "Swift");
  });

  it("a failure leaves what is there", async () => {
    const tab = await gallery.open(ROOT);
    await tab.click("#fail");
    await birds(tab, "failed: they have flown");
    await tab.click("#reload", "#succeed");
    await birds(tab, "3 came", "Finch", "Heron", "Owl");
    await tab.click("#reload", "#fail");
    await birds(tab, "failed: they have flown", "Finch", "Heron", "Owl");
  });
});
