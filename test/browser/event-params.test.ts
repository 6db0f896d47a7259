// What the client sends with each kind of event, as docs/guides/events-and-forms.md says under "What `params` receives".
import { createEndpoint, html, JS, liveSession, liveView } from "holdfast";
import { expect, it } from "vitest";
import { z } from "zod";
import { newSecret } from "./support/app.js";
import { connected, watch } from "./support/browser.js";
import { useServed } from "./support/served.js";

const heard: [event: string, params: unknown][] = [];
const hears = (event: string) => ({ params: z.unknown(), handle: (_socket: unknown, params: unknown) => void heard.push([event, params]) });

const Ear = liveView.define({
  name: "Ear",
  authorize: "public",
  events: {
    click: hears("click"), keydown: hears("keydown"), focus: hears("focus"), blur: hears("blur"), change: hears("change"), submit: hears("submit"),
    known: { params: z.record(z.string(), z.string()), handle: () => void heard.push(["known", {}]) },
  },
  render: (_assigns, on) => html`
    <button id="button" phx-click=${on.click} phx-value-size="L" value="7">Button</button>
    <button id="command" phx-click=${JS.push(on.click, { value: { size: "S" } })} phx-value-color="red">Command</button>
    <input id="box" type="checkbox" value="yes" phx-click=${on.click} aria-label="Box">
    <input id="field" value="t" phx-keydown=${on.keydown} phx-focus=${on.focus} phx-blur=${on.blur} phx-value-of="field" aria-label="Field">
    <form id="form" phx-change=${on.change} phx-submit=${on.submit} phx-value-of="form">
      <input name="user[name]" aria-label="Name"> <input name="user[mail]" aria-label="Mail">
      <select name="tags[]" multiple aria-label="Tags"><option>a</option><option>b</option></select>
      <button name="go" value="now">Go</button>
    </form>
    <form id="known" phx-change=${on.known}><input id="word" name="word" aria-label="Word"></form>`,
});

const refused: unknown[] = [];
const served = useServed(createEndpoint({
  secret: newSecret(), live: [liveSession("default", {}, (live) => live("/", Ear))],
  log: (message, { reason }) => void (message === "event refused" && refused.push(reason)),
}));

it("each kind of event brings what the guide says", async () => {
  const { page, complaints } = await watch(await served.browser.newContext());
  await page.goto(served.url);
  await connected(page);
  // The last one counts: a field that is left after it was filled fires one more `change`.
  const brings = async (act: () => Promise<unknown>, wanted?: (typeof heard)[0]): Promise<void> => {
    heard.length = 0;
    await act();
    await expect.poll(() => heard.at(-1), { timeout: 60_000 }).toEqual(wanted);
    // The client ignores a click on an element that awaits an answer.
    await page.locator(".phx-click-loading").waitFor({ state: "detached" });
  };
  await brings(() => page.click("#button"), ["click", { size: "L", value: "7" }]);
  await brings(() => page.click("#command"), ["click", { size: "S", color: "red", value: "" }]);
  await brings(() => page.click("#box"), ["click", { value: "yes" }]);
  await brings(() => page.click("#box"), ["click", {}]);
  await brings(() => page.focus("#field"), ["focus", { of: "field", value: "t" }]);
  await brings(() => page.keyboard.press("Enter"), ["keydown", { of: "field", key: "Enter", value: "t" }]);
  await brings(() => page.locator("#field").blur(), ["blur", { of: "field", value: "t" }]);
  const untouched = { "_unused_mail": "", mail: "" };
  await brings(() => page.fill("[name='user[name]']", "Ann"), ["change", { of: "form", user: { name: "Ann", ...untouched }, _target: ["user", "name"] }]);
  await brings(() => page.selectOption("select", ["a", "b"]), ["change", { of: "form", user: { name: "Ann", ...untouched }, tags: ["a", "b"], _target: ["tags"] }]);
  await brings(() => page.click("[name=go]"), ["submit", { of: "form", user: { name: "Ann", mail: "" }, tags: ["a", "b"], go: "now" }]);
  expect(refused).toEqual([]);
  await brings(() => page.fill("#word", "no"));
  await expect.poll(() => refused, { timeout: 60_000 }).toEqual(["bad_payload"]);
  expect(complaints).toEqual([]);
});
