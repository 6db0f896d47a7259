import { ownerOf, socketPart } from "../../socket/index.js";
import { Outgoing } from "./outgoing.js";

/** What the socket tells the browser beside the page. */
export interface ClientSocket {
  /** Sends an event to the page's client hooks and to `window` as `phx:<event>`. */
  pushEvent(event: string, payload: Readonly<Record<string, unknown>>): void;
  /** Sets the page's title. */
  pageTitle(title: string): void;
}

export const clientSocket = socketPart({
  pushEvent(event: string, payload: Readonly<Record<string, unknown>>): void {
    const { view, ended } = ownerOf(this);
    if (!ended && view.mayRun() && !view.refreshing) view.root.feature(Outgoing).push(event, payload);
  },
  pageTitle(title: string): void {
    ownerOf(this).view.root.feature(Outgoing).title = title;
  },
});
