/**
 * What a development server adds to each page: errors over the page until they are fixed, and style sheets that change
 * without a reload. It builds no HTML from strings, so it works on a page with Trusted Types too.
 *
 * @module
 */
import type { DevMessage, ErrorReport } from "../messages.js";

const script = document.querySelector<HTMLScriptElement>('script[src="/__holdfast/overlay.js"]');
/** On the error page of a crashed request, the version of the code that crashed: the page reloads when there is another. */
const crashedWith = document.documentElement.dataset["holdfastError"];
/** How long to wait before a reconnect, ms. */
const RETRY_MS = 300;

const STYLE = `
:host { position: fixed; inset: 0; z-index: 2147483647; overflow: auto; background: rgb(0 0 0 / .55); font: 15px/1.5 system-ui, sans-serif }
section {
  box-sizing: border-box; max-width: 60rem; margin: 4vh auto; padding: 1.5rem 2rem; background: #fff; color: #1a1a1a;
  border-top: 4px solid #b00020; border-radius: 4px
}
h2 { font-size: 1.2rem; margin: .25rem 0 1rem; white-space: pre-wrap; overflow-wrap: anywhere }
p { margin: 0; color: #595959 }
dt { font-weight: 600 } dd { margin: 0 0 .5rem; white-space: pre-wrap; overflow-wrap: anywhere }
pre { background: #f2f2f2; padding: .75rem 1rem; overflow: auto; font: 13px/1.5 ui-monospace, monospace }
mark { background: #ffd9d9; color: inherit; display: inline-block; min-width: 100% }
a { color: #0645ad } button { font: inherit; float: right }`;

const NOTICE_STYLE = `
:host { position: fixed; bottom: 1rem; right: 1rem; z-index: 2147483646; max-width: 32rem; font: 14px/1.5 system-ui, sans-serif }
p {
  margin: 0; padding: .75rem 1rem; background: #fff; color: #1a1a1a; border: 1px solid #767676; border-left: 4px solid #b36b00;
  border-radius: 4px; white-space: pre-wrap; overflow-wrap: anywhere
}
button { font: inherit; float: right; margin-left: 1rem }`;

let overlay: HTMLElement | undefined;
let notice: HTMLElement | undefined;
let lost = false;

function connect(): void {
  const url = new URL(`/__holdfast/socket?token=${encodeURIComponent(script?.dataset["token"] ?? "")}`, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const socket = new WebSocket(url);
  socket.onopen = () => {
    if (lost && crashedWith !== undefined) location.reload();
  };
  socket.onmessage = ({ data }) => receive(JSON.parse(String(data)) as DevMessage);
  socket.onclose = () => {
    lost = true;
    // A restarted server has a new token, so the page is fetched again to read it.
    setTimeout(() => void renewToken().then(connect, () => connect()), RETRY_MS);
  };
}

/** The restarted server may have other client hooks, too. */
async function renewToken(): Promise<void> {
  const response = await fetch(location.href, { headers: { accept: "text/html" } });
  const page = await response.text();
  const token = /src="\/__holdfast\/overlay\.js" data-token="([\w-]+)"/.exec(page)?.[1];
  if (script !== null && token !== undefined) script.dataset["token"] = token;
  // Not the last answer of a server that is ending.
  if (!response.ok) return;
  const hooks = [...document.querySelectorAll('link[data-holdfast-hooks][href^="/assets/holdfast/hooks/"]')];
  if (hooks.some((link) => !page.includes(link.getAttribute("href") ?? ""))) location.reload();
}

function receive(message: DevMessage): void {
  if (message.kind === "file") return changed(message.path);
  if (message.kind === "hooks") {
    if (document.querySelector("link[data-holdfast-hooks]") !== null) location.reload();
    return;
  }
  notice?.remove();
  if (message.kind === "refused") notify(message.text);
  else if (message.kind === "error") show(message.report);
  else {
    overlay?.remove();
    overlay = undefined;
    // It may have been fixed before this page was connected.
    if (crashedWith !== undefined && crashedWith !== String(message.version)) location.reload();
  }
}

/** Swaps a style sheet once the new one has loaded; a script needs a page load. */
function changed(path: string): void {
  for (const link of document.querySelectorAll<HTMLLinkElement>("link[rel=stylesheet]")) {
    const url = new URL(link.href);
    if (url.origin !== location.origin || !path.endsWith(url.pathname)) continue;
    url.searchParams.set("t", String(Date.now()));
    const next = link.cloneNode() as HTMLLinkElement;
    next.href = url.href;
    next.onload = () => link.remove();
    link.after(next);
  }
  const scripts = [...document.querySelectorAll<HTMLScriptElement>("script[src]")].map(({ src }) => src);
  const preloaded = [...document.querySelectorAll<HTMLLinkElement>("link[rel=modulepreload], link[data-holdfast-hooks]")].map(
    ({ href }) => href,
  );
  if ([...scripts, ...preloaded].some((src) => path.endsWith(new URL(src).pathname))) location.reload();
}

/** Files that are dropped for an input that is not on the page are ignored, without a word of the npm client. */
function noticeDrop({ target }: DragEvent): void {
  const id = target instanceof Element ? target.closest("[phx-drop-target]")?.getAttribute("phx-drop-target") : undefined;
  if (typeof id !== "string" || document.getElementById(id)?.matches("input[type=file]") === true) return;
  notice?.remove();
  notify(
    `The drop was ignored: phx-drop-target="${id}" is the id of no file input on this page.\n`
    + "Write phx-drop-target=${files.ref}, where files is the upload that mount returned, and render fileInput(files).",
  );
}

/** In a corner, because the page works on. It stays until it is closed, or until something else is said. */
function notify(text: string): void {
  notice = document.createElement("holdfast-notice");
  const close = element("button", { type: "button" }, "Close");
  close.onclick = () => notice?.remove();
  const line = element("p", { role: "status" }, text);
  line.prepend(close);
  rootOf(notice, NOTICE_STYLE).append(line);
  document.documentElement.append(notice);
}

/** A shadow root, so that the page's styles and these do not meet. */
function rootOf(host: HTMLElement, style: string): ShadowRoot {
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];
  return root;
}

function show({ title, message, details, frame, stack }: ErrorReport): void {
  overlay?.remove();
  overlay = document.createElement("holdfast-error");
  const root = rootOf(overlay, STYLE);
  const section = element("section", { role: "alertdialog", "aria-label": "Error in the application" });
  const close = element("button", { type: "button" }, "Close");
  close.onclick = () => overlay?.remove();
  section.append(close, element("p", {}, title), element("h2", {}, message));
  const list = element("dl");
  for (const { label, text } of details) list.append(element("dt", {}, label), element("dd", {}, text));
  section.append(list);
  if (frame !== undefined) {
    const place = element("p");
    place.append(element("a", { href: frame.editor }, `${frame.file}:${frame.line}:${frame.column}`));
    const source = element("pre", { tabindex: "0" });
    for (const { number, text } of frame.lines) {
      source.append(element(number === frame.line ? "mark" : "span", {}, `${String(number).padStart(4)} ${text}\n`));
    }
    section.append(place, source);
  }
  if (stack.length > 0) section.append(element("pre", { tabindex: "0" }, stack.join("\n")));
  root.append(section);
  // Beside the body, because the live view patches what is inside it.
  document.documentElement.append(overlay);
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name, attributes: Readonly<Record<string, string>> = {}, text = "",
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.textContent = text;
  return made;
}

if (script !== null) {
  connect();
  addEventListener("drop", noticeDrop, true);
}
