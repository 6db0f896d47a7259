import { addStyles } from "./styles.js";
import { formById, formId } from "./views.js";

/** A message at a form. */
interface Notice {
  readonly text: string;
  /** `alert` interrupts a screen reader, `status` waits for it to finish. */
  readonly role: "alert" | "status";
  readonly buttons?: readonly { readonly text: string; readonly press: () => void }[];
}

/**
 * Messages after forms: `<holdfast-notice>`, with `data-kind`. They are inside live views, whose patches remove everything
 * that the server has not rendered, so they are put back after each patch. Their own element name keeps the npm client from
 * morphing them into something else.
 */
export class Notices {
  readonly #shown = new Map<string, HTMLElement>();

  /** Shows a message at the form, replacing one of the same kind. */
  show(form: HTMLFormElement, kind: string, { text, role, buttons = [] }: Notice): void {
    this.hide(form, kind);
    addStyles();
    const element = document.createElement("holdfast-notice");
    element.dataset["kind"] = kind;
    element.setAttribute("role", role);
    this.#shown.set(keyOf(form, kind), element);
    form.after(element);
    // Screen readers announce changes of a live region, so it must exist before its text.
    element.append(text, ...buttons.map((each) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = each.text;
      button.addEventListener("click", each.press);
      return button;
    }));
  }

  /** Removes the message, if there is one. */
  hide(form: HTMLFormElement, kind: string): void {
    const key = keyOf(form, kind);
    this.#shown.get(key)?.remove();
    this.#shown.delete(key);
  }

  /** A patch has ended: restores what it removed, if its form still exists. */
  patchEnded(): void {
    for (const [key, element] of this.#shown) {
      if (element.isConnected) continue;
      const form = formById(key.slice(key.indexOf("#") + 1));
      if (form === undefined) {
        this.#shown.delete(key);
        continue;
      }
      // It has already been announced.
      element.removeAttribute("role");
      form.after(element);
    }
  }
}

function keyOf(form: HTMLFormElement, kind: string): string {
  return `${kind}#${formId(form)}`;
}
