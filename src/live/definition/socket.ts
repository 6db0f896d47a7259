import { checkValue, OBJECT, TEXT, type Kind, type OptionsPlace } from "../../errors/options.js";
import { asyncSocket, type AsyncSocket } from "../features/async/index.js";
import { callSocket, type CallSocket } from "../features/calls/index.js";
import { clientSocket, type ClientSocket } from "../features/client/index.js";
import { flashSocket, type FlashSocket } from "../features/flash/index.js";
import { formSocket, type FormSocket } from "../features/forms/index.js";
import { hookSocket, type HookSocket } from "../features/hooks/index.js";
import { after, checkMilliseconds, messageSocket, type MessageSocket } from "../features/messages/index.js";
import { presenceSocket, type PresenceSocket } from "../features/presence/index.js";
import { redirectSocket, type RedirectSocket } from "../features/redirects/index.js";
import { streamSocket, type StreamSocket } from "../features/streams/index.js";
import { uploadSocket, type UploadSocket } from "../features/uploads/index.js";
import { coreSocket, ownerOf, SocketBase, socketPart, type CoreSocket, type NavigationType } from "../socket/index.js";
import type { ComponentProps, LiveComponent } from "./component-call.js";
import type { Layout } from "./layout.js";

/** The socket's methods for the page around its view. */
interface PageSocket<A extends object> {
  /** How the client gets from here to a path of this application; decides the kind of a link. */
  navigationType(to: string): NavigationType;
  /** Replaces the live session's live layout around the view, with one for the assigns of this socket; `false` for none. */
  putLayout(layout: Layout<A> | false): void;
  /**
   * Updates the props of a live component of this page, from anywhere in it. Nothing happens if the component is absent.
   *
   * @example
   * socket.sendUpdate(Cart, { id: "cart", count: 3 });
   */
  sendUpdate<C extends LiveComponent<never>>(component: C, props: { id: string } & Partial<ComponentProps<C>>): void;
  /** Does the same after `ms` milliseconds. Returns a function that cancels it. */
  sendUpdateAfter<C extends LiveComponent<never>>(
    ms: number, component: C, props: { id: string } & Partial<ComponentProps<C>>,
  ): () => void;
}

/** The parts of the socket that do not depend on the assigns from mount. */
interface AnySocket extends CallSocket, ClientSocket, FlashSocket, HookSocket, MessageSocket, RedirectSocket {}

/** The socket that handlers receive: `A` are the assigns, `Action` the view's actions. */
export interface Socket<A extends object, Action extends string = string>
  extends
    CoreSocket<A, Action>, AsyncSocket<A>, FormSocket, PageSocket<A>, PresenceSocket<A>, StreamSocket<A>, UploadSocket<A>, AnySocket {}

/**
 * The socket in hooks and in `mount`. The mount's own assigns are not typed yet: return them, including streams, tasks and
 * forms.
 */
export interface MountSocket<A extends object, Action extends string = string> extends CoreSocket<A, Action>, PageSocket<A>, AnySocket {
  /** Runs a task beside the view; its result is handled in the mailbox. To load an assign, return `assignAsync(task)`. */
  startAsync: AsyncSocket<A>["startAsync"];
  cancelAsync: AsyncSocket<A>["cancelAsync"];
}

/** What `liveComponent().define` returns. */
const COMPONENT: Kind = {
  called: "a live component: what liveComponent().define(…) returns",
  fits: (value) => typeof value === "function" && "definition" in value,
};

function checkUpdate(place: OptionsPlace, component: LiveComponent<never>, props: { id: string }): void {
  checkValue("socket_misuse", place, "the component", component, COMPONENT);
  checkValue("socket_misuse", place, "the object of props", props, OBJECT);
  checkValue("socket_misuse", place, "the component's id", props.id, TEXT);
}

const pageSocket = socketPart({
  navigationType(to: string): NavigationType {
    return ownerOf(this).view.navigationType(to);
  },
  putLayout(layout: Layout<never> | false): void {
    ownerOf(this).view.putLayout(layout === false ? undefined : layout);
  },
  sendUpdate(component: LiveComponent<never>, props: { id: string }): void {
    checkUpdate({ of: "socket.sendUpdate", fix: 'socket.sendUpdate(Cart, { id: "cart", count: 3 })' }, component, props);
    ownerOf(this).view.sendUpdate(component.definition, props);
  },
  sendUpdateAfter(ms: number, component: LiveComponent<never>, props: { id: string }): () => void {
    const place = { of: "socket.sendUpdateAfter", fix: 'socket.sendUpdateAfter(200, Cart, { id: "cart", count: 3 })' };
    checkMilliseconds(place, ms);
    checkUpdate(place, component, props);
    const owner = ownerOf(this);
    return after(owner, ms, () => owner.view.sendUpdate(component.definition, props));
  },
});

/** The socket, composed of the core and the features' parts. */
export class LiveSocket extends SocketBase {}

/** Every part of the socket. Register a feature's methods here, and nowhere else. */
const PARTS: readonly object[] = [
  coreSocket, asyncSocket, callSocket, clientSocket, flashSocket, formSocket, hookSocket, messageSocket, pageSocket,
  presenceSocket, redirectSocket, streamSocket, uploadSocket,
];
for (const part of PARTS) Object.defineProperties(LiveSocket.prototype, Object.getOwnPropertyDescriptors(part));
