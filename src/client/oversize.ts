import type { Notices } from "./notices.js";
import type { Texts } from "./texts.js";
import type { OversizeFrame } from "./transport.js";

/** An element that waits for a reply, and the event that it pushed. */
interface Pushing {
  readonly element: Element;
  readonly form: HTMLFormElement | undefined;
  readonly submit: boolean;
}

const KIND = "too-large";
/** What the npm client writes on elements that wait for a reply: `constants.ts` of 1.2.12. */
const WAITING = ["data-phx-ref-src", "data-phx-ref-loading", "data-phx-ref-lock"];

/**
 * Answers in the server's place what is too large to be sent, and says so at the form: the text stays where it is, and the
 * form is free to be changed and sent again. A recovery that is too large is answered as well, once, and the view mounts;
 * what the user sees is then put back by his draft.
 */
export class Oversize {
  readonly #notices: Notices;
  readonly #texts: Texts;
  readonly #warn: (message: string) => void;
  readonly #notSent: (form: HTMLFormElement) => void;
  /** What the npm client is pushing just now: it says so before it encodes. */
  #pushing: Pushing | undefined;

  /** @param notSent told of a form whose submit was kept back */
  constructor(notices: Notices, texts: Texts, warn: (message: string) => void, notSent: (form: HTMLFormElement) => void) {
    this.#notices = notices;
    this.#texts = texts;
    this.#warn = warn;
    this.#notSent = notSent;
  }

  /** Begins to listen. */
  start(): void {
    addEventListener("phx:push", (event) => {
      const { target, detail } = event as CustomEvent<{ eventType?: string }>;
      if (!(target instanceof Element)) return;
      const submit = detail.eventType === "submit";
      const form = submit || detail.eventType === "change" ? target.closest("form") ?? undefined : undefined;
      this.#pushing = { element: target, form, submit };
      // The push follows in the same task, or not at all.
      queueMicrotask(() => (this.#pushing = undefined));
    });
  }

  /** A frame has been sent: what was said at its form is over. */
  sent(): void {
    if (this.#pushing?.form !== undefined) this.#notices.hide(this.#pushing.form, KIND);
    this.#pushing = undefined;
  }

  /** A frame is too large: says so, and answers it. */
  refuse({ event, payload, topic, bytes, limit }: OversizeFrame): { status: "ok" | "error"; response: object } {
    const { element = document.body, form, submit = false } = this.#pushing ?? {};
    this.#pushing = undefined;
    this.#warn(`A message of ${bytes} bytes was not sent: the server takes ${limit} (limits.textFrameBytes). ${topic} ${event}`);
    const type = typeof payload === "object" && payload !== null && "type" in payload ? payload.type : undefined;
    if (type === "form") {
      if (form !== undefined) this.#say(form, bytes, limit, submit);
      // An error would leave the form locked.
      return { status: "ok", response: {} };
    }
    this.#ask(element, bytes, limit);
    if (type !== "hook") return { status: "ok", response: {} };
    // The hook is told. We free its element: the npm client leaves it locked after an error.
    for (const name of WAITING) element.removeAttribute(name);
    element.classList.remove("phx-hook-loading");
    return { status: "error", response: { reason: "frame too large", bytes, limit } };
  }

  #say(form: HTMLFormElement, bytes: number, limit: number, submit: boolean): void {
    if (submit) this.#notSent(form);
    if (this.#ask(form, bytes, limit)) this.#notices.show(form, KIND, { text: this.#texts.tooLarge(bytes, limit), role: "alert" });
  }

  /** Tells the page; false if it says so itself. */
  #ask(element: Element, bytes: number, limit: number): boolean {
    const detail = { bytes, limit };
    return element.dispatchEvent(new CustomEvent("holdfast:too-large", { bubbles: true, cancelable: true, detail }));
  }
}
