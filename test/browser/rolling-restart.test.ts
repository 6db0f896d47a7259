import { expect, it } from "vitest";
import { connected, watch, withoutNetwork } from "./support/browser.js";
import { useCluster } from "./support/deployed.js";

const deployed = useCluster();

it("a form is filled in and sent while both nodes restart: no text is lost, none is stored twice, and the page is never loaded again", async () => {
  const { page, complaints, loads, sockets } = await watch(await deployed.browser.newContext());
  await page.goto(deployed.cluster.url);
  await connected(page);
  let restarted = false;
  const restarting = deployed.cluster.rollingRestart().then(() => void (restarted = true));
  const texts: string[] = [];
  while (!restarted) {
    const text = `note ${texts.length}`;
    texts.push(text);
    await page.fill("#text", text);
    // The answer empties the field. A connection that was lost leaves it as it is, and its user sends it again.
    for (let sent = ""; sent !== "answered";) {
      await connected(page);
      const left = await page.inputValue("#text");
      // It was answered at the last moment.
      if (left === "") break;
      expect(left).toBe(text);
      const before = sockets.length;
      await page.click("#save");
      // The connection may have been lost, and found again, between the look and the click: a user would not wait forever either.
      const patience = Date.now() + 5_000;
      do sent = (await page.inputValue("#text")) === "" ? "answered" : "";
      while (sent === "" && sockets.length === before && Date.now() < patience);
    }
  }
  await restarting;
  expect((await deployed.cluster.stored()).map((stored) => stored.text)).toEqual(texts);
  // It was sent away by each node that it was on.
  expect(sockets.length).toBeGreaterThan(1);
  expect([loads(), withoutNetwork(complaints)]).toEqual([1, []]);
});

it("a deploy brings another template and another secret: the page is that of the new build, never loaded again, and its form keeps its text", async () => {
  const { page, complaints, loads } = await watch(await deployed.browser.newContext());
  await page.goto(deployed.cluster.url);
  await connected(page);
  await page.fill("#text", "written before");
  const [old, next] = ["a secret of these tests, long enough", "the next secret of these tests, long enough"];
  // In the first deploy every node learns to read what the second one seals.
  for (const [build, secrets] of [[old, next], [next, old]].entries()) {
    await deployed.cluster.rollingRestart({ SECRETS: JSON.stringify(secrets), BUILD: String(build + 2) });
    await page.waitForFunction((shown) => document.querySelector("#build")?.textContent === shown, `Build ${build + 2}`);
    await connected(page);
    expect([build, loads(), await page.inputValue("#text")]).toEqual([build, 1, "written before"]);
  }
  const before = (await deployed.cluster.stored()).length;
  await page.click("#save");
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>("#text")?.value === "");
  expect((await deployed.cluster.stored()).slice(before).map(({ text }) => text)).toEqual(["written before"]);
  expect([loads(), withoutNetwork(complaints)]).toEqual([1, []]);
});
