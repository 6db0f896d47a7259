import { asyncSocket, type AsyncSocket } from "../features/async/index.js";
import { callSocket, type CallSocket } from "../features/calls/index.js";
import { clientSocket, type ClientSocket } from "../features/client/index.js";
import { flashSocket, type FlashSocket } from "../features/flash/index.js";
import { formSocket, type FormSocket } from "../features/forms/index.js";
import { hookSocket, type HookSocket } from "../features/hooks/index.js";
import { after, messageSocket, type MessageSocket } from "../features/messages/index.js";
import { presenceSocket, type PresenceSocket } from "../features/presence/index.js";
import { redirectSocket, type RedirectSocket } from "../features/redirects/index.js";
import { streamSocket, type StreamSocket } from "../features/streams/index.js";
import { uploadSocket, type UploadSocket } from "../features/uploads/index.js";
import { coreSocket, ownerOf, SocketBase, socketPart, type CoreSocket, type NavigationType } from "../socket/index.js";
import type { ComponentProps, LiveComponent } from "./component-call.js";
import type { Layout } from "./layout.js";

/** The socket's methods for the page around its view. */
interface PageSocket {
  /** How the client gets from here to a path of this application; decides the kind of a link. */
  navigationType(to: string): NavigationType;
  /** Replaces the live session's live layout around the view; `false` for none. */
  putLayout(layout: Layout<never> | false): void;
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
interface AnySocket extends CallSocket, ClientSocket, FlashSocket, HookSocket, MessageSocket, PageSocket, RedirectSocket {}

/** The socket that handlers receive: `A` are the assigns, `Action` the view's actions. */
export interface Socket<A extends object, Action extends string = string>
  extends CoreSocket<A, Action>, AsyncSocket<A>, FormSocket, PresenceSocket<A>, StreamSocket<A>, UploadSocket<A>, AnySocket {}

/**
 * The socket in hooks and in `mount`. The mount's own assigns are not typed yet: return them, including streams, tasks and
 * forms.
 */
export interface MountSocket<A extends object, Action extends string = string> extends CoreSocket<A, Action>, AnySocket {
  /** Runs a task beside the view; its result is handled in the mailbox. To load an assign, return `assignAsync(task)`. */
  startAsync: AsyncSocket<A>["startAsync"];
  cancelAsync: AsyncSocket<A>["cancelAsync"];
}

const pageSocket = socketPart({
  navigationType(to: string): NavigationType {
    return ownerOf(this).view.navigationType(to);
  },
  putLayout(layout: Layout<never> | false): void {
    ownerOf(this).view.putLayout(layout === false ? undefined : layout);
  },
  sendUpdate(component: LiveComponent<never>, props: { id: string }): void {
    ownerOf(this).view.sendUpdate(component.definition, props);
  },
  sendUpdateAfter(ms: number, component: LiveComponent<never>, props: { id: string }): () => void {
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
