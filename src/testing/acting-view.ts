import { HoldfastError } from "../errors/index.js";
import { elementValues } from "./bindings.js";
import { runBinding, sendEvent, type Push } from "./commands.js";
import { describe, selectorOf, type Locator } from "./locator.js";
import type { Found } from "./parser.js";
import { ViewState } from "./view-state.js";

/** What happened; it is sent with the event. */
export type EventValues = Readonly<Record<string, unknown>>;

/** How a user's action becomes an event: find the element, read its binding, run its commands. */
export abstract class ActingView extends ViewState {
  /** Sends an element's event. `data` describes what happened; elements reached by `JS.exec` do not send it. */
  protected send(type: string, element: Found, binding: string, data: EventValues = {}, over: EventValues = {}): Promise<unknown> {
    // In the client the pushes of a chain share one object: a later push also sends the values of earlier ones.
    const own: Record<string, unknown> = { ...data };
    return this.run(binding, element, (event, extra, target, source) => sendEvent(target, {
      type, event, value: { ...Object.assign(source === element ? own : {}, elementValues(source), extra), ...over },
    }));
  }

  /** Runs a binding and waits for the work that follows from it. */
  protected async run(binding: string, bound: Found, push: Push, form?: Found): Promise<unknown> {
    const reply = await runBinding(this.liveClient, binding, bound, push, form);
    await this.liveClient.quiet();
    return reply;
  }

  /** The one element that is meant, provided that a user can act on it. Elements outside of all views belong to the main one. */
  protected acted(locator: Locator): Found {
    this.expectLive();
    return this.usable(locator);
  }

  /** The same for a form. */
  protected form(locator: Locator): Found {
    const form = this.acted(locator);
    if (!form.is("form")) throw this.notFound(locator, "an element that is not a form");
    return form;
  }

  /** The binding of an element. */
  protected binding(element: Found, locator: Locator, name: string): string {
    const binding = element.attr(name);
    if (binding !== undefined && binding !== "") return binding;
    const isLink = name === "phx-click" && element.is("a[href]");
    throw new HoldfastError("kit_not_found", {
      what: `${describe(locator)} has no ${name}.`, expected: `<… ${name}=\${on.event}>`, got: this.$.html(element).slice(0, 300),
      fix: isLink
        ? `it is a link: page.follow(${JSON.stringify(selectorOf(locator))}) goes where it leads`
        : "act on the element that has the binding; a selector must name it and not what is inside it",
    });
  }
}
