import { HoldfastError } from "../errors/index.js";
import { elementValues } from "./bindings.js";
import { runBinding, sendEvent, type Push } from "./commands.js";
import { describe, selectorOf, type Locator } from "./locator.js";
import type { Found } from "./parser.js";
import { ViewState } from "./view-state.js";

/** What happened, and goes with the event. */
export type EventValues = Readonly<Record<string, unknown>>;

/** How a user's action becomes an event: the element that is meant, its binding, and what its commands send. */
export abstract class ActingView extends ViewState {
  /** Sends the event of an element. `data` belongs to what happened, and not to what its commands execute elsewhere. */
  protected send(type: string, element: Found, binding: string, data: EventValues = {}, over: EventValues = {}): Promise<unknown> {
    // In the client the pushes of a chain share one object, and a later one has what an earlier one put into it.
    const own: Record<string, unknown> = { ...data };
    return this.run(binding, element, (event, extra, target, source) => sendEvent(target, {
      type, event, value: { ...Object.assign(source === element ? own : {}, elementValues(source), extra), ...over },
    }));
  }

  /** Runs a binding, and waits until the page has come to rest. */
  protected async run(binding: string, bound: Found, push: Push, form?: Found): Promise<unknown> {
    const reply = await runBinding(this.client!, binding, bound, push, form);
    await this.client!.quiet();
    return reply;
  }

  /** The one element that is meant, if a user could act on it. What is in no view belongs to the page's own. */
  protected acted(locator: Locator): Found {
    this.expectLive();
    return this.usable(locator);
  }

  /** The same, if it is a form. */
  protected form(locator: Locator): Found {
    const form = this.acted(locator);
    if (!form.is("form")) throw this.notFound(locator, "an element that is no form");
    return form;
  }

  /** What an element is bound to. */
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
