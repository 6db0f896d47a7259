import { adviceFor } from "./advice.js";
import { staticValue, type MarkupElement } from "./markup.js";
import type { ElementRule } from "./template.js";

/** Forms that the browser posts without the token that proves their origin: the server refuses them. */
export const csrfTokens: ElementRule = (element, template) => {
  if (element.tag !== "form" || element.spread || staticValue(element, "method")?.toLowerCase() !== "post") return;
  // The client sends it over the socket, unless told to let the browser post it.
  if (element.attributes.has("phx-submit") && !element.attributes.has("phx-trigger-action")) return;
  const action = element.attributes.get("action");
  if ((action !== undefined && !/^(?:\/(?!\/)|$)/.test(action.source)) || mayHoldToken(element)) return;
  template.report("csrf_token_missing", element.at, {
    what: "The <form> is posted without a CSRF token: the server refuses it with 403.", fix: adviceFor("request refused", "no CSRF token"),
  });
};

function mayHoldToken({ holes, children }: MarkupElement): boolean {
  return holes.length > 0 || children.some((child) => child.spread || child.tag.includes("-") || isToken(child) || mayHoldToken(child));
}

function isToken(element: MarkupElement): boolean {
  const name = element.attributes.get("name");
  return name !== undefined && (name.value === undefined || name.value === "_csrf_token");
}
