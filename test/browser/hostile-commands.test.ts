// What somebody else has written stands in every hole of a JS command, and its user clicks. It stays text: it runs nothing, leads
// nowhere, and reaches no other element.
import { createEndpoint, html, JS, liveSession, liveView, type Commands } from "holdfast";
import { afterEach, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { newSecret } from "./support/app.js";
import { eventually } from "../support/lab.js";
import { connected, watch, type Watched } from "./support/browser.js";
import { useServed } from "./support/served.js";

const HOSTILE = [
  `"'><img src=x onerror=window.pwned=1>`,
  "javascript:window.pwned=1",
  `[["exec",{"attr":"phx-click","to":"#danger"}]]`,
  `"}],["exec",{"attr":"phx-click","to":"#danger"}],["show",{"display":"`,
  `</button><script>window.pwned=1</script>\u2028`,
  "https://evil.example/",
  "red;background:url(//evil.example/x)",
  "danger~id=7",
] as const;

const danger: number[] = [];
const noted: unknown[] = [];

/** A command, or none if it was refused when it was made. */
function unlessRefused(make: () => Commands): Commands {
  try {
    return make();
  } catch (error) {
    expect(String(error)).toMatch(/template_value_refused|redirect_refused/);
    return JS;
  }
}

/** Each hole that a command has, with a text in it. */
function commandsWith(text: string): Readonly<Record<string, Commands>> {
  return {
    "a title": JS.setAttribute("title", text, { to: "#aim" }),
    "a link": JS.setAttribute("href", text, { to: "#link" }),
    "an image": JS.setAttribute("src", text, { to: "#image" }),
    "data": JS.setAttribute("data-note", text, { to: "#aim" }).toggleAttribute("data-other", [text, "off"], { to: "#aim" }),
    "styles": unlessRefused(() => JS.setAttribute("style", text, { to: "#aim" })),
    "classes": JS.addClass(text, { to: "#aim" }).toggleClass(text, { to: "#aim" }).transition(text, { to: "#aim", time: 1 }),
    "a display": JS.hide({ to: "#aim" }).show({ to: "#aim", display: text }),
    "a detail": JS.dispatch("app:note", { to: "#aim", detail: { text } }),
    "an event's name": JS.dispatch(text, { to: "#aim" }),
    "a selector": JS.exec("phx-click", { to: `#row-${text}` }),
    "a loading selector": JS.dispatch("app:note", { to: { inner: text } }),
    "a path": unlessRefused(() => JS.navigate(text)).concat(unlessRefused(() => JS.patch(text))),
    "a handler": unlessRefused(() => JS.setAttribute("onclick", text, { to: "#aim" })).concat(unlessRefused(() => JS.setAttribute("srcdoc", text))),
    "a binding": unlessRefused(() => JS.setAttribute("phx-click", text, { to: "#aim" })),
    "an attribute that is run": unlessRefused(() => JS.exec(text as "phx-click", { to: "#aim" })),
  };
}

const Page = liveView.define({
  name: "Commands", authorize: "public", params: z.object({ text: z.string() }),
  mount: (_socket, { params: { text } }) => ({ text }),
  events: {
    note: { params: z.object({ text: z.string(), own: z.string() }), handle: (_socket, note) => void noted.push(note) },
    danger: { bind: z.object({ id: z.number() }), handle: (_socket, { id }) => void danger.push(id) },
  },
  render: ({ text }, on) => html`<main>
    <p id="aim" data-title=${text}>aim</p><a id="link">link</a><img id="image" alt="image">
    <button id="danger" phx-click=${on.danger({ id: 7 })}>Danger</button>
    ${Object.entries(commandsWith(text)).map(([name, command]) => html`<button title=${name} class="try" data-js-own=${command}
      phx-click=${command.push(on.note, { value: { text } })} phx-value-own=${text}>${name}</button>`)}</main>`,
});

const served = useServed(createEndpoint({ secret: newSecret(), log() {}, live: [liveSession("default", {}, (live) => live("/", Page))] }));
let watched: Watched;
beforeEach(() => {
  danger.length = noted.length = 0;
});
afterEach(() => watched.page.context().close());

it.each(HOSTILE)("%s", async (text) => {
  watched = await watch(await served.browser.newContext());
  const { page } = watched;
  const url = `${served.url}/?text=${encodeURIComponent(text)}`;
  await page.goto(url);
  await connected(page);
  await page.evaluate(() => {
    const seen: unknown[] = [];
    Object.assign(window, { seen });
    addEventListener("app:note", (event) => seen.push((event as CustomEvent<{ text?: string }>).detail.text));
  });
  const names = Object.keys(commandsWith(text));
  for (const name of names) await page.click(`[title="${name}"]`);
  await page.evaluate(() => document.getElementById("aim")!.click());
  const selectors = names.filter((name) => name.endsWith("selector"));
  // A selector that is none ends its chain, and what stands behind it does not run.
  await eventually(() => expect(noted.length).toBeGreaterThanOrEqual(names.length - selectors.length));
  expect(new Set(noted.map((note) => JSON.stringify(note)))).toEqual(new Set([JSON.stringify({ text, own: text })]));
  expect(await page.evaluate(() => (window as unknown as { pwned?: number }).pwned)).toBeUndefined();
  expect([danger, page.url(), watched.loads()]).toEqual([[], new URL(url).href, 1]);
  expect(await page.evaluate(() => (window as unknown as { seen: unknown[] }).seen)).toContain(text);
  expect(await page.evaluate(() => {
    const [aim, link, image] = ["aim", "link", "image"].map((id) => document.getElementById(id)!);
    return {
      handlers: [aim, link, image].flatMap((element) => element!.getAttributeNames()).filter((name) => name.startsWith("on") || name.startsWith("phx-")),
      title: aim!.title, code: /^\s*javascript:/i.test((link as HTMLAnchorElement).href) || /^\s*javascript:/i.test((image as HTMLImageElement).src),
    };
  })).toEqual({ handlers: [], title: text, code: false });
  // The control: the element that none of them reached does what it says.
  await page.click("#danger");
  await eventually(() => expect(danger).toEqual([7]));
});
