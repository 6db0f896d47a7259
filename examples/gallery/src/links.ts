import { html, type Rendered } from "holdfast";

/** How a link goes: onto the history or in place of its last entry. */
export interface LinkOptions {
  readonly id?: string;
  readonly replace?: boolean;
}

/** A link to another URL of the same view. */
export function patchLink(to: string, text: string, { id, replace = false }: LinkOptions = {}): Rendered {
  return html`<a id=${id} href=${to} data-phx-link="patch" data-phx-link-state=${replace ? "replace" : "push"}>${text}</a>`;
}

/** A link to another view. */
export function navigateLink(to: string, text: string, { id, replace = false }: LinkOptions = {}): Rendered {
  return html`<a id=${id} href=${to} data-phx-link="redirect" data-phx-link-state=${replace ? "replace" : "push"}>${text}</a>`;
}
