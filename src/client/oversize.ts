import type { Notices } from "./notices.js";
import type { Texts } from "./texts.js";
import type { OversizeFrame } from "./transport.js";
import { forgetUnlisted, isUpload, UPLOAD_REF } from "./uploads/files.js";

/** An element that waits for a reply, and the event that it pushed. */
interface Pushing {
  readonly element: Element;
  readonly form: HTMLFormElement | undefined;
  readonly submit: boolean;
}

const KIND = "too-large";
/** The attributes that the npm client sets on elements that wait for a reply: `constants.ts` of 1.2.12. */
const WAITING = ["data-phx-ref-src", "data-phx-ref-loading", "data-phx-ref-lock"];

/**
 * Replies in the server's place to pushes that are too large to be sent, and says so at the form: the text stays where it is,
 * and the form can be changed and sent again. A recovery that is too large gets one reply as well, so that the view mounts;
 * the user's draft then puts the text back.
 */
export class Oversize {
  readonly #notices: Notices;
  readonly #texts: Texts;
  readonly #warn: (message: string) => void;
  readonly #notSent: (form: HTMLFormElement) => void;
  readonly #filesForgotten: (files: readonly Blob[]) => void;
  /** What the npm client is about to push: it announces that before it encodes. */
  #pushing: Pushing | undefined;

  /**
   * @param notSent called with a form whose submit was held back
   * @param filesForgotten called with chosen files that were too many
   */
  constructor(
    notices: Notices,
    texts: Texts,
    warn: (message: string) => void,
    notSent: (form: HTMLFormElement) => void,
    filesForgotten: (files: readonly Blob[]) => void,
  ) {
    this.#notices = notices;
    this.#texts = texts;
    this.#warn = warn;
    this.#notSent = notSent;
    this.#filesForgotten = filesForgotten;
  }

  /** Starts listening. */
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

  /** A frame was sent: the message at its form is obsolete. */
  sent(): void {
    if (this.#pushing?.form !== undefined) this.#notices.hide(this.#pushing.form, KIND);
    this.#pushing = undefined;
  }

  /** A frame is too large: shows a message and replies to it. */
  refuse({ event, payload, topic, bytes, limit }: OversizeFrame): { status: "ok" | "error"; response: object } {
    const { element = document.body, form, submit = false } = this.#pushing ?? {};
    this.#pushing = undefined;
    this.#warn(`A message of ${bytes} bytes was not sent: the server takes ${limit} (limits.textFrameBytes). ${topic} ${event}`);
    if (payload?.type === "form") {
      const uploads = longUploads(payload);
      if (form !== undefined && uploads !== undefined) this.#sayFiles(form, uploads, bytes, limit);
      else if (form !== undefined) this.#say(form, bytes, limit, submit);
      // An error reply would leave the form locked.
      return { status: "ok", response: {} };
    }
    this.#ask(element, bytes, limit);
    if (payload?.type !== "hook") return { status: "ok", response: {} };
    // The hook gets the error. We unlock its element, because the npm client leaves it locked after an error.
    for (const name of WAITING) element.removeAttribute(name);
    element.classList.remove("phx-hook-loading");
    return { status: "error", response: { reason: "frame too large", bytes, limit } };
  }

  #say(form: HTMLFormElement, bytes: number, limit: number, submit: boolean): void {
    if (submit) this.#notSent(form);
    if (this.#ask(form, bytes, limit)) this.#notices.show(form, KIND, { text: this.#texts.tooLarge(bytes, limit), role: "alert" });
  }

  /** Forgets the files: every later change of the form would list them again, and be too large as well. */
  #sayFiles(form: HTMLFormElement, uploads: Uploads, bytes: number, limit: number): void {
    const forgotten = [...form.elements]
      .filter(isUpload)
      .filter((input) => Object.hasOwn(uploads, input.getAttribute(UPLOAD_REF)!))
      .flatMap(forgetUnlisted);
    this.#filesForgotten(forgotten);
    if (this.#ask(form, bytes, limit)) this.#notices.show(form, KIND, { text: this.#texts.tooManyFiles(forgotten.length), role: "alert" });
  }

  /** Dispatches the event; false if the page shows its own message. */
  #ask(element: Element, bytes: number, limit: number): boolean {
    const detail = { bytes, limit };
    return element.dispatchEvent(new CustomEvent("holdfast:too-large", { bubbles: true, cancelable: true, detail }));
  }
}

/** The chosen files in a change event, by upload. */
type Uploads = NonNullable<NonNullable<OversizeFrame["payload"]>["uploads"]>;

/** The files of a change event, if they and not its text make it too large. */
function longUploads({ uploads, value }: NonNullable<OversizeFrame["payload"]>): Uploads | undefined {
  return uploads !== undefined && JSON.stringify(uploads).length > JSON.stringify(value ?? "").length ? uploads : undefined;
}
