// The real client as the referee of the kit's: both get the same page and frames from a scripted server, and must end with the
// same document, having sent the same messages.
import { readFileSync } from "node:fs";
import { load } from "cheerio";
import type { Browser, Page } from "playwright-core";
import { ChildPage } from "../../src/testing/child-page.js";
import { LiveClient, type SocketPort } from "../../src/testing/live-client.js";
import { KitSocket } from "../../src/testing/wire.js";
import type { Connection, Transport } from "../../src/channel/index.js";

/** One step: the server pushes, or the user does something. */
export type Step =
  | { readonly push: readonly [topic: string, event: string, payload: object] }
  | { readonly click: string }
  | { readonly change: readonly [form: string, field: string, value: string] }
  | { readonly focus: string } | { readonly blur: string }
  | { readonly key: readonly [type: "keydown" | "keyup", element: string, key: string] }
  /** The key goes to an element without a binding for it, so the window's bindings receive it. */
  | { readonly windowKey: readonly [type: "keydown" | "keyup", key: string] }
  | { readonly window: "focus" | "blur" }
  | { readonly scroll: readonly [element: string, edge: "top" | "bottom"] }
  | { readonly clickAway: string }
  /** The connection is lost and comes back. */
  | { readonly reconnect: true }
  | { readonly navigate: string };

export interface Script {
  /** The content of the page's body. */
  readonly html: string;
  /** The answers to the joins of a topic, in order; the last one is repeated. */
  readonly joins: Readonly<Record<string, readonly object[]>>;
  readonly steps: readonly Step[];
  /** The replies to events, by the event's name. Default: nothing. */
  readonly replies?: Readonly<Record<string, object>>;
}

/** The state after a step. */
export interface Outcome {
  readonly html: string;
  /** The messages to the server, without heartbeats. */
  readonly sent: readonly (readonly [topic: string, event: string, payload: unknown])[];
}

/** A scripted server. It runs here and in the page, so it refers to nothing outside itself. */
export function scriptedServer(script: Script, deliver: (text: string) => void) {
  const joinRefs: Record<string, string> = {};
  const joins: Record<string, object[]> = {};
  const sent: [string, string, unknown][] = [];
  return {
    sent,
    receive(text: string): void {
      const [joinRef, ref, topic, event, payload] = JSON.parse(text) as [string, string, string, string, { cids?: number[]; event?: string }];
      if (event === "heartbeat") return deliver(JSON.stringify([null, ref, topic, "phx_reply", { status: "ok", response: {} }]));
      sent.push([topic, event, payload]);
      let answer: object = { status: "ok", response: {} };
      if (event === "phx_join") {
        joinRefs[topic] = joinRef;
        const left = (joins[topic] ??= [...(script.joins[topic] ?? [{ status: "error", response: { reason: "unmatched topic" } }])]);
        answer = left.length > 1 ? left.shift()! : left[0]!;
      }
      if (event === "phx_leave") deliver(JSON.stringify([joinRef, joinRef, topic, "phx_close", {}]));
      if (event === "event") answer = { status: "ok", response: script.replies?.[payload.event ?? ""] ?? {} };
      if (event === "cids_destroyed") answer = { status: "ok", response: { cids: payload.cids } };
      deliver(JSON.stringify([joinRef, ref, topic, "phx_reply", answer]));
    },
    push([topic, event, payload]: readonly [string, string, object]): void {
      deliver(JSON.stringify([joinRefs[topic], null, topic, event, payload]));
    },
  };
}

/** Acts on the whole document, as a user would. */
class WholePage extends ChildPage {
  protected override select(selector: string) {
    return this.$(selector);
  }
}

/**
 * Plays a script with the kit.
 *
 * @param later schedules the arrival of a server's message; a server in the same process may answer immediately
 */
export async function playKit(script: Script, later: (arrive: () => void) => void = queueMicrotask): Promise<Outcome[]> {
  let transport: Transport | undefined;
  const server = scriptedServer(script, (text) => later(() => transport!.send(text)));
  const connection = {
    open: (opened: Transport) => void (transport = opened),
    receiveText: (text: string) => server.receive(text),
    settled: () => Promise.resolve(),
    closed: () => {},
  } as unknown as Connection;
  const port: SocketPort = {
    connectParams: {}, duplicateIds: "allow", handshake: () => Promise.resolve(new KitSocket(connection)),
    request: (path) => Promise.reject(new Error(`the script has no answer to ${path}`)),
  };
  const client = new LiveClient(port, `<body>${script.html}</body>`, new URL("http://kit.test/"), "token");
  await client.connect();
  const page = new WholePage(client, client.main!);
  const outcomes: Outcome[] = [];
  const note = (): void => void outcomes.push({ html: canonical(client.document("body").html() ?? ""), sent: copy(server.sent) });
  note();
  for (const step of script.steps) {
    if ("push" in step) server.push(copy(step.push));
    else if ("click" in step) await page.click(step.click);
    else if ("change" in step) await page.change(step.change[0], { [step.change[1]]: step.change[2] });
    else if ("focus" in step) await page.focus(step.focus);
    else if ("blur" in step) await page.blur(step.blur);
    else if ("key" in step) await page[step.key[0]](step.key[1], step.key[2]);
    else if ("windowKey" in step) await page.windowKey(...step.windowKey);
    // The client ignores these, so the kit has no method for them.
    else if ("window" in step) void step.window;
    else if ("scroll" in step) await page.scroll(...step.scroll);
    else if ("clickAway" in step) await page.clickAway(step.clickAway);
    else if ("reconnect" in step) {
      page.disconnect();
      await page.rejoin();
    } else await client.navigate(new URL(step.navigate, client.url), undefined);
    await client.settle();
    note();
  }
  return outcomes;
}

const source = (name: string): string => readFileSync(new URL(`../../node_modules/${name}`, import.meta.url), "utf8");

/** Opens the page in which the real client plays scripts. */
export async function refereePage(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  await page.route("http://kit.test/**", (route) => route.fulfill({
    contentType: "text/html", body: "<!doctype html><html><head><title>Kit</title></head><body></body></html>",
  }));
  await page.goto("http://kit.test/");
  await page.addScriptTag({ content: source("phoenix/priv/static/phoenix.js") });
  await page.addScriptTag({ content: source("phoenix_live_view/priv/static/phoenix_live_view.js") });
  await page.addScriptTag({ content: `window.scriptedServer = ${scriptedServer.toString()}` });
  return page;
}

/** Plays scripts with the real client. */
export async function playClient(page: Page, scripts: readonly Script[]): Promise<Outcome[][]> {
  const played = await page.evaluate(async (all) => {
    // The compiler does not know the globals of the two packages' scripts.
    const { scriptedServer: serve, Phoenix, LiveView } = window as unknown as {
      scriptedServer: typeof scriptedServer;
      Phoenix: { Socket: unknown };
      LiveView: { LiveSocket: new (url: string, socket: unknown, options: object) => {
        connect(): void; disconnect(): void; destroyAllViews(): void; js(): { navigate(to: string): void };
      } };
    };
    // A page's timers take at least 4 ms; messages do not.
    const soon = (what: () => void): void => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        what();
      };
      port2.postMessage(null);
    };
    const idle = async (): Promise<void> => {
      for (let i = 0; i < 12; i++) await new Promise<void>((resolve) => soon(resolve));
    };
    const outcomes: { html: string; sent: [string, string, unknown][] }[][] = [];
    for (const script of all) {
      history.replaceState(null, "", "/");
      document.body.innerHTML = script.html;
      let socket: { onclose?(event: object): void; onopen?(): void; onmessage?(event: { data: string }): void; readyState: number } | undefined;
      const server = serve(script, (text) => soon(() => socket?.onmessage?.({ data: text })));
      class Transport {
        readyState = 0;
        onopen?: () => void;
        onmessage?: (event: { data: string }) => void;
        onclose?: (event: object) => void;
        constructor() {
          // eslint-disable-next-line @typescript-eslint/no-this-alias
          socket = this;
          soon(() => {
            this.readyState = 1;
            this.onopen?.();
          });
        }
        send(text: string): void {
          server.receive(text);
        }
        close(): void {
          this.readyState = 3;
          this.onclose?.({ code: 1000 });
        }
      }
      const live = new LiveView.LiveSocket("/live", Phoenix.Socket, { transport: Transport, params: { _csrf_token: "token" } });
      live.connect();
      await idle();
      const list: { html: string; sent: [string, string, unknown][] }[] = [];
      const note = (): void => void list.push({ html: document.body.innerHTML, sent: JSON.parse(JSON.stringify(server.sent)) as [] });
      note();
      for (const step of script.steps) {
        if ("push" in step) {
          server.push(step.push as [string, string, object]);
        } else if ("click" in step) {
          document.querySelector<HTMLElement>(step.click)!.click();
        } else if ("change" in step) {
          const input = document.querySelector<HTMLInputElement>(`${step.change[0]} [name="${step.change[1]}"]`)!;
          input.value = step.change[2];
          input.dispatchEvent(new Event("input", { bubbles: true }));
        } else if ("focus" in step) {
          document.querySelector(step.focus)!.dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
        } else if ("blur" in step) {
          document.querySelector(step.blur)!.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
        } else if ("key" in step) {
          document.querySelector(step.key[1])!.dispatchEvent(new KeyboardEvent(step.key[0], { key: step.key[2], bubbles: true }));
        } else if ("windowKey" in step) {
          document.body.dispatchEvent(new KeyboardEvent(step.windowKey[0], { key: step.windowKey[1], bubbles: true }));
        } else if ("window" in step) {
          window.dispatchEvent(new FocusEvent(step.window));
        } else if ("scroll" in step) {
          const list = document.querySelector(step.scroll[0])!;
          list.scrollTop = step.scroll[1] === "bottom" ? list.scrollHeight : 0;
          list.dispatchEvent(new Event("scroll"));
        } else if ("clickAway" in step) {
          document.body.click();
        } else if ("reconnect" in step) {
          const lost = socket;
          socket!.readyState = 3;
          socket!.onclose?.({ code: 1006 });
          while (socket === lost || socket?.readyState !== 1) await idle();
        } else {
          live.js().navigate(step.navigate);
        }
        await idle();
        note();
      }
      live.destroyAllViews();
      live.disconnect();
      await idle();
      outcomes.push(list);
    }
    return outcomes;
  }, scripts as Script[]);
  return played.map((list) => list.map(({ html, sent }) => ({ html: canonical(html), sent })));
}

/** HTML with sorted attributes, and without those of the client's own bookkeeping. */
export function canonical(html: string): string {
  // A template's content is not in the document, and the kit does not keep a second copy of what a portal has moved.
  const $ = load(`<body>${html.replace(/(<template [^>]*data-phx-portal.*?>).*?(?=<\/template>)/gs, "$1")}</body>`);
  $("body *").each((_, node) => {
    const element = $(node);
    const entries = Object.entries(element.attr() ?? {}).filter(([name]) => !BOOKKEEPING.has(name));
    for (const name of Object.keys(element.attr() ?? {})) element.removeAttr(name);
    for (const [name, value] of entries.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const text = name === "class" ? value.split(" ").filter((one) => !one.startsWith("phx-")).join(" ") : value;
      if (name !== "class" || text !== "") element.attr(name, text);
    }
  });
  return ($("body").html() ?? "").replace(/>\s+</g, "><").trim();
}

const BOOKKEEPING = new Set(["data-phx-id", "data-phx-hook", "data-phx-root-id", "data-phx-skip", "data-phx-pid"]);

export const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
