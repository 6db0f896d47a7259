import { Socket } from "phoenix";
import type { HooksOptions, LiveSocket } from "phoenix_live_view";
import { reconnectDelay, rejoinDelay } from "./backoff.js";
import { connectionElement, watchConnection } from "./connection-state.js";
import { Drafts, type DraftSurroundings } from "./drafts/drafts.js";
import { noteFocus, noteRendering } from "./drafts/fields.js";
import { Vault } from "./drafts/vault.js";
import { hookClasses } from "./hook-classes.js";
import { kitHooks } from "./kit-hooks.js";
import { dropCopies, retargetLocked } from "./locked-targets.js";
import { LongPollDecision, longPollAnswers } from "./long-poll.js";
import { keepNestedFocus } from "./nested-focus.js";
import { Notices } from "./notices.js";
import type { ConnectOptions } from "./options.js";
import { Oversize } from "./oversize.js";
import { csrfToken, pageSettings } from "./page.js";
import { PatientLiveSocket } from "./patient-live-socket.js";
import { Submits } from "./submits.js";
import { defaultTexts, type Texts } from "./texts.js";
import { createTransports } from "./transport.js";
import { KeptFiles } from "./uploads/kept-files.js";
import { presigned, resumable } from "./uploads/uploaders.js";
import { keepUserState, noteUserState } from "./user-state.js";
import { viewTransitions } from "./view-transitions.js";

/**
 * Connects the page's live views: sets up the npm clients `phoenix` and `phoenix_live_view`, and adds what they lack.
 *
 * @returns the npm client's own LiveSocket
 * @example
 * import { connect } from "holdfast/client";
 * connect({ hooks: { Chart: { mounted() { draw(this.el); } } }, viewTransitions: true });
 */
export function connect(options: ConnectOptions = {}): LiveSocket {
  const {
    path = "/live", hooks = {}, params = {}, expose = false, connectionState = true, drafts: keep = true, keepFiles = true,
    viewTransitions: transitions = false, longPoll = false, texts: ownTexts, dom = {}, ...npm
  } = options;
  const page = pageSettings();
  const texts = { ...defaultTexts, ...ownTexts };
  const notices = new Notices();
  const warn = (message: string): void => {
    if (liveSocket.isDebugEnabled()) console.warn(`[holdfast] ${message}`);
  };

  const prefix = npm.bindingPrefix ?? "phx-";
  const submits = new Submits(() => liveSocket.isConnected());
  const files = keepFiles ? new KeptFiles(submits, prefix) : undefined;
  const storage = npm.sessionStorage ?? sessionStorage;
  const drafts = keep === false ? undefined : new Drafts({
    prefix, warn, submits, offer: draftOffer(notices, texts),
    vault: new Vault(storage, page.draftKeys, { maxBytes: 2 ** 21, maxAgeMs: 86_400_000, ...(keep !== true && keep) }),
  });

  const oversize = new Oversize(notices, texts, warn, (form) => drafts?.notSent(form), (gone) => files?.forget(gone));
  const transports = createTransports({
    frameBytes: options.frameBytes ?? page.frameBytes, oversize: (frame) => oversize.refuse(frame), sent: () => oversize.sent(),
  });

  const liveSocket = new PatientLiveSocket(path, observedSocket((topic) => {
    dropCopies(topic.slice("lv:".length));
    drafts?.joining(topic);
    files?.joining(topic);
  }), {
    transport: transports.WebSocket,
    rejoinAfterMs: rejoinDelay,
    ...npm,
    reconnectAfterMs: (attempt: number) => transports.takeDelay() ?? (npm.reconnectAfterMs ?? reconnectDelay)(attempt),
    hooks: hookClasses({ ...kitHooks, ...hooks }) as HooksOptions,
    uploaders: { presigned, resumable, ...npm.uploaders },
    // A fresh object at each call: the npm client writes its counters into it, and a shared object would carry them into the
    // socket's URL.
    params: (view?: HTMLElement) => ({ ...(typeof params === "function" ? params(view) : params), _csrf_token: csrfToken() }),
    dom: {
      ...(transitions !== false && { onDocumentPatch: viewTransitions(transitions === true ? () => true : transitions) }),
      ...patchCallbacks(dom, prefix, { drafts, files, notices }),
    },
  });

  showLoading();
  const socket = liveSocket.getSocket();
  if (connectionState !== false) {
    watchConnection(socket, connectionState === true ? connectionElement(texts) : connectionState);
  }
  if (longPoll !== false) {
    const decision = new LongPollDecision(
      longPoll === true ? {} : longPoll, storage, () => longPollAnswers(path), () => liveSocket.replaceTransport(transports.LongPoll),
    );
    socket.onOpen(() => decision.opened());
    socket.onClose(() => void decision.failed());
    decision.begin();
  }
  socket.onClose(() => files?.lost());
  oversize.start();
  submits.start();
  drafts?.start();
  files?.start();
  liveSocket.connect();
  if (expose) Object.assign(window, { liveSocket });
  return liveSocket;
}

/** A socket that reports joins, whatever the transport. */
function observedSocket(joining: (topic: string) => void): typeof Socket {
  return class extends Socket {
    override push(frame: { event: string; topic: string }, ...rest: []): void {
      if (frame.event === "phx_join") joining(frame.topic);
      super.push(frame, ...rest);
    }
  };
}

/** What takes part in each patch of the page. */
interface PatchParts {
  readonly drafts: Drafts | undefined;
  readonly files: KeptFiles | undefined;
  readonly notices: Notices;
}

/** The npm client's callbacks around a patch: the application's own, and ours. */
function patchCallbacks(own: NonNullable<ConnectOptions["dom"]>, prefix: string, { drafts, files, notices }: PatchParts): NonNullable<ConnectOptions["dom"]> {
  return {
    ...own,
    onPatchStart(container) {
      own.onPatchStart?.(container);
      noteFocus();
      keepNestedFocus(container, prefix);
      drafts?.patchStarts(container);
    },
    onBeforeElUpdated(from, to) {
      own.onBeforeElUpdated?.(from, to);
      noteRendering(from, to);
      keepUserState(from, to);
    },
    onPatchEnd(container) {
      // This comes first, because texts that are put back into a form are sent to its component.
      retargetLocked(container, prefix);
      drafts?.patchEnded(container);
      files?.patchEnded(container);
      notices.patchEnded();
      noteUserState(container);
      own.onPatchEnd?.(container);
    },
  };
}

/** Asks above a form whether to restore its draft. */
function draftOffer(notices: Notices, texts: Texts): DraftSurroundings["offer"] {
  return (form, answer) => {
    if (answer === undefined) return notices.hide(form, "draft");
    notices.show(form, "draft", {
      text: texts.offer, role: "status",
      buttons: [{ text: texts.restore, press: () => answer(true) }, { text: texts.discard, press: () => answer(false) }],
    });
  };
}

/** Marks the document with the class `loading` while a page loads. The page's own style decides how that looks. */
function showLoading(): void {
  const { classList } = document.documentElement;
  addEventListener("phx:page-loading-start", () => classList.add("loading"));
  addEventListener("phx:page-loading-stop", () => classList.remove("loading"));
}
