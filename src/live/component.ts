import { HoldfastError } from "../errors/index.js";
import { ComponentCall, type Rendered } from "../html/index.js";
import { EventRef } from "../js/index.js";
import { declaredEvents } from "./events.js";
import { knownKeys } from "./known-keys.js";
import type { AssignsOf, EventDefinition, EventRefs, MaybePromise, MountSocket, Socket } from "./types.js";

/** Assigns that every live component has. */
export interface ComponentAssigns {
  /** What its parent calls it: unique among the page's components of this kind. */
  readonly id: string;
  /** For `phx-target=${myself}`, where an event is not named by its reference. */
  readonly myself: number;
}

/** A component and the props that it is given now, of several that are updated at once. */
export interface ComponentUpdate<P extends object, A extends object> {
  readonly socket: Socket<A>;
  readonly props: Readonly<P>;
}

/** A live component's definition. `P` are its props; the rest is inferred. */
export interface ComponentDefinition<P extends object, R, E, Names extends string> {
  /** For logs and telemetry. */
  name?: string;
  /** Called once, when the component appears. What it returns becomes assigns. The props are assigned already. */
  mount?(socket: MountSocket<P & ComponentAssigns>, props: Readonly<P>): MaybePromise<R>;
  /**
   * Called when the component appears, when its parent renders it with other props, and by `sendUpdate`. The props are
   * assigned already: this is for what follows from them.
   */
  update?(socket: Socket<P & AssignsOf<R> & ComponentAssigns>, props: Readonly<P>): MaybePromise<void>;
  /** Instead of `update`: all components of this kind that one render updates, in one call. To load for all at once. */
  updateMany?(updates: readonly ComponentUpdate<P, P & AssignsOf<R> & ComponentAssigns>[]): MaybePromise<void>;
  /** The events that the client may send to it. The view's policy is checked before the event's own. */
  events?: { [Name in Names]: unknown } & { [Name in keyof E]: EventDefinition<P & AssignsOf<R> & ComponentAssigns, E[Name]> };
  /** The component's one element. The references in `on` find it by themselves. */
  render(assigns: Readonly<P & AssignsOf<R> & ComponentAssigns>, on: EventRefs<Names>): Rendered;
}

const KEYS = ["name", "mount", "update", "updateMany", "events", "render"];

/** What the engine runs. Its types have done their work. */
export class ComponentKind {
  readonly name: string;
  readonly mount: ((socket: never, props: object) => MaybePromise<unknown>) | undefined;
  readonly update: ((socket: never, props: object) => MaybePromise<void>) | undefined;
  readonly updateMany: ((updates: readonly { socket: never; props: object }[]) => MaybePromise<void>) | undefined;
  readonly events: ReadonlyMap<string, EventDefinition<object, unknown>>;
  readonly render: (assigns: never, on: Readonly<Record<string, EventRef>>) => Rendered;

  constructor(definition: ComponentDefinition<object, unknown, Record<string, unknown>, string>) {
    this.name = definition.name ?? "component";
    knownKeys(definition, KEYS, `component "${this.name}"`);
    if (typeof definition.render !== "function") {
      throw new HoldfastError("component_definition_invalid", {
        what: `The component "${this.name}" has no render.`, expected: "a function", got: typeof definition.render,
        fix: "render: (assigns, on) => html`<div>…</div>`",
      });
    }
    this.mount = definition.mount as ComponentKind["mount"];
    this.update = definition.update as ComponentKind["update"];
    this.updateMany = definition.updateMany as ComponentKind["updateMany"];
    this.render = definition.render as ComponentKind["render"];
    this.events = declaredEvents(definition.events, `component "${this.name}"`);
  }

  /** The references of one component, which say whom they are for. */
  refs(cid: number): Readonly<Record<string, EventRef>> {
    const refs = Object.create(null) as Record<string, EventRef>;
    for (const name of this.events.keys()) refs[name] = new EventRef(name, cid);
    return Object.freeze(refs);
  }
}

/** A live component, to be called in a template with its id and its props. */
export interface LiveComponent<P extends object> {
  (props: P & { readonly id: string }): ComponentCall;
  readonly kind: ComponentKind;
}

/** A component's props. */
export type ComponentProps<C> = C extends (props: infer P) => ComponentCall ? Omit<P, "id"> : never;

/** Components that take the props `P`. */
export class LiveComponentBase<P extends object> {
  /**
   * Defines the component. What `mount` returns and the payloads' types are inferred.
   *
   * @throws HoldfastError `component_definition_invalid`, `view_definition_invalid`
   */
  define<R = {}, E = {}, Names extends string = never>(definition: ComponentDefinition<P, R, E, Names>): LiveComponent<P> {
    const kind = new ComponentKind(definition as never);
    const call = (props: P & { readonly id: string }): ComponentCall => {
      const id: unknown = props?.id;
      if (typeof id !== "string" || id === "") {
        throw new HoldfastError("component_id_invalid", {
          what: `The component "${kind.name}" is called without an id.`, expected: "a string, unique in the page",
          got: id === "" ? "an empty string" : typeof id, fix: `{ id: \`${kind.name}-\${item.id}\`, … }`,
        });
      }
      return new ComponentCall(kind, id, props as Readonly<Record<string, unknown>>);
    };
    return Object.assign(call, { kind });
  }
}

/**
 * Begins the definition of a live component: a part of a page with state and events of its own. It lives in its view's
 * mailbox and is known by its definition and its id.
 *
 * @typeParam P the props that its callers give it
 * @example
 * export const Like = liveComponent<{ post: Post }>().define({
 *   mount: () => ({ liked: false }),
 *   events: { toggle: { handle: (socket) => socket.update("liked", (liked) => !liked) } },
 *   render: ({ post, liked }, on) => html`<button phx-click=${on.toggle}>${liked ? "♥" : "♡"} ${post.title}</button>`,
 * });
 * // in a template: ${Like({ id: `like-${post.id}`, post })}
 */
export function liveComponent<P extends object = {}>(): LiveComponentBase<P> {
  return new LiveComponentBase<P>();
}

