import type { Notices } from "../notices.js";
import type { Texts } from "../texts.js";
import type { DraftSurroundings } from "./drafts.js";

/** Asks at a form whether to restore its draft. */
export function draftOffer(notices: Notices, texts: Texts): DraftSurroundings["offer"] {
  return (form, answer) => {
    if (answer === undefined) return notices.hide(form, "draft");
    notices.show(form, "draft", {
      text: texts.offer, role: "status",
      buttons: [{ text: texts.restore, press: () => answer(true) }, { text: texts.discard, press: () => answer(false) }],
    });
  };
}
