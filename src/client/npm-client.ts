import * as npm from "phoenix_live_view";

/**
 * Makes a hook for a custom element, which then needs no `phx-hook`. It is the npm client's own; call it in `connectedCallback`, and
 * use what it returns once `mounted` has run.
 *
 * @param el the custom element; in the template it has an `id`
 * @param callbacks `mounted`, `updated` and the others, as in a hook
 * @returns the hook, with `pushEvent` and `handleEvent`
 * @see https://hexdocs.pm/phoenix_live_view/js-interop.html
 * @example
 * import { createHook } from "holdfast/client";
 * customElements.define("live-clock", class extends HTMLElement {
 *   connectedCallback() {
 *     const hook = createHook(this, { mounted: () => void hook.pushEvent("tick", {}) });
 *   }
 * });
 */
export const createHook: typeof npm.createHook = npm.createHook;

/**
 * Finds the URL of a chosen file, for a preview of one's own. It is the npm client's own.
 *
 * @param input the upload's file input
 * @param ref the entry's `ref`
 * @returns an object URL, which the caller revokes; `null` if no chosen file has this ref
 * @example
 * import { getFileURLForUpload } from "holdfast/client";
 * const url = getFileURLForUpload(document.querySelector("input[type=file]")!, "0");
 */
export const getFileURLForUpload: typeof npm.getFileURLForUpload = npm.getFileURLForUpload;

/**
 * Tells whether somebody has used a field, so that its errors may be shown. It is the npm client's own.
 *
 * @param el an input
 * @returns true once the field has been focused or changed, or its form submitted
 * @example
 * import { isUsedInput } from "holdfast/client";
 * const used = isUsedInput(document.querySelector("input")!);
 */
export const isUsedInput: typeof npm.isUsedInput = npm.isUsedInput;
