import { HoldfastError } from "../../errors/index.js";
import { ComponentCall, type Rendered, type ViewCall } from "../../html/index.js";
import type { MessageSource, PayloadOf, ResultOf } from "../features/messages/index.js";
import type { UploadEntry, UploadNames } from "../features/uploads/index.js";
import { Callbacks, type AssignsOf, type Frozen, type MaybePromise, type MountResult, type Simplify } from "../socket/index.js";
import type { LiveComponent } from "./component-call.js";
import { declaredEvents, type DeclaredEvent, type EventDefinitions, type EventRefs } from "./events.js";
import { eventRefs } from "./event-refs.js";
import { knownKeys } from "./known-keys.js";
import { observed } from "./observed.js";
import type { MountState, NoOthers, Spelt, Unmounted, Unseen, Written } from "./mount-state.js";
import type { MountSocket, Socket } from "./socket.js";
import { unnamed } from "./unnamed.js";

/** Assigns that every live component has. */
interface ComponentAssigns {
  /** The id that its parent gives it: unique among the page's components of this kind. */
  readonly id: string;
  /** For `phx-target=${myself}`, where an event is not named by its reference. */
  readonly myself: number;
}

/** A component with its new props, one of several that are updated together. */
interface ComponentUpdate<P extends object, A extends object> {
  readonly socket: Socket<A>;
  readonly props: Readonly<P>;
}

/**
 * A live component's definition. `P` are its props; the rest is inferred. `S` is `MountState<P & ComponentAssigns, R>`, `On` the
 * references to the events.
 */
export interface ComponentDefinition<
  P extends object, T, R, S extends object, E, B, F, H, I, Names extends string, On = EventRefs<Names, B, F>,
> {
  /** For errors, logs and telemetry. Default: where it is defined, such as `component at row.ts:7`. */
  name?: string;
  /** What the component listens to, under its own names; recomputed when its props change. */
  topics?(context: { readonly props: Readonly<P> }): T;
  /** Called once, when the component appears. The result becomes assigns. The props are already assigned. */
  mount?(socket: MountSocket<Simplify<P & ComponentAssigns>>, props: Readonly<P>): MaybePromise<R>;
  /**
   * Called when the component appears, when its parent renders it with new props, and by `sendUpdate`. The props are already
   * assigned: derive other assigns from them here.
   *
   * @param props all that its parent gives, with what `sendUpdate` has sent in their place. A prop that only `sendUpdate` sends is
   * there in that call alone
   */
  update?(socket: Socket<S>, props: Readonly<P>): MaybePromise<void>;
  /**
   * Replaces `update`: one call for all components of this kind that a render updates, to load the data of all of them
   * together.
   */
  updateMany?(updates: readonly ComponentUpdate<P, S>[]): MaybePromise<void>;
  /** Handlers of messages, by the topics' names. */
  messages?: {
    [Name in keyof NoInfer<T>]?: (socket: Socket<S>, payload: PayloadOf<T[Name]>) => MaybePromise<ResultOf<T[Name], void>>;
  } & NoOthers;
  /** Called as files of an upload arrive, by the upload's name. */
  progress?: { [Name in UploadNames<AssignsOf<R>>]?: (socket: Socket<S>, entry: UploadEntry) => MaybePromise<unknown> };
  /** The events that the client may send to it. The view's policy is checked before the event's own. */
  events?: EventDefinitions<S, E, B, F, H, I, Names>;
  /** The component's single root element. The references in `on` are bound to this component. */
  render(assigns: Frozen<S>, on: Frozen<On>): Rendered | ComponentCall | ViewCall;
}

const KEYS = ["name", "topics", "mount", "update", "updateMany", "messages", "progress", "events", "render"] as const;
type ComponentKey = (typeof KEYS)[number];

/** A defined live component, as the engine runs it. */
export class DefinedComponent {
  readonly name: string;
  /** Whether its definition has a name. */
  readonly named: boolean;
  readonly topics: ((context: { props: object }) => Readonly<Record<string, MessageSource>>) | undefined;
  readonly mount: ((socket: object, props: object) => MaybePromise<unknown>) | undefined;
  readonly update: ((socket: object, props: object) => MaybePromise<void>) | undefined;
  readonly updateMany: ((updates: readonly { socket: object; props: object }[]) => MaybePromise<void>) | undefined;
  readonly messages: ReadonlyMap<string, (socket: object, payload: unknown) => MaybePromise<unknown>>;
  /** The handlers that features call. */
  readonly callbacks: Callbacks;
  readonly events: ReadonlyMap<string, DeclaredEvent>;
  readonly render: (assigns: object, on: EventRefs<string>) => unknown;

  constructor(definition: object) {
    const given = definition as Partial<DefinedComponent> & { messages?: object; progress?: object; events?: object };
    this.name = given.name ?? unnamed("component");
    this.named = given.name !== undefined;
    knownKeys(definition, KEYS, `component "${this.name}"`);
    if (typeof given.render !== "function") {
      throw new HoldfastError("component_definition_invalid", {
        what: `The component "${this.name}" has no render.`, expected: "a function", got: typeof given.render,
        fix: "render: (assigns, on) => html`<div>…</div>`",
      });
    }
    this.topics = given.topics;
    this.mount = given.mount;
    this.update = given.update;
    this.updateMany = given.updateMany;
    this.render = given.render;
    this.messages = new Map(
      Object.entries(given.messages ?? {}) as [string, (socket: object, payload: unknown) => MaybePromise<unknown>][],
    );
    this.callbacks = new Callbacks(given);
    this.events = declaredEvents(given.events, `component "${this.name}"`);
  }

  /** The references of one component, bound to its number. */
  refs(cid: number): EventRefs<string> {
    return eventRefs(this.events, `component "${this.name}"`, cid);
  }
}

/** The base of components that take the props `P`. */
class LiveComponentBase<P extends object> {
  /**
   * Defines the component. What `mount` returns and the payloads' types are inferred.
   *
   * @throws HoldfastError `component_definition_invalid`, `view_definition_invalid`
   */
  define<
    R extends MountResult<R> = Unmounted,
    T extends Readonly<Record<string, MessageSource>> = {},
    E = {},
    B = {},
    const F = {},
    H = {},
    I = {},
    Names extends string = never,
    Keys extends string = never,
  >(
    definition: ComponentDefinition<
      P, T, R, Spelt<MountState<P & ComponentAssigns, R>, "mount", Keys, ComponentKey>, E, B, F, H, I, Names,
      Spelt<EventRefs<Names, B, F>, "events", Keys, ComponentKey>
    > | Unseen<R> | Written<Keys>,
  ): LiveComponent<P> {
    const defined = observed(new DefinedComponent(definition));
    const call = (props: P & { readonly id: string }): ComponentCall => {
      const id: unknown = props?.id;
      if (typeof id !== "string" || id === "") {
        throw new HoldfastError("component_id_invalid", {
          what: `The component "${defined.name}" was called without an id.`, expected: "a string, unique in the page",
          got: id === "" ? "an empty string" : typeof id, fix: `{ id: \`${defined.name}-\${item.id}\`, … }`,
        });
      }
      return new ComponentCall(defined, id, props as Readonly<Record<string, unknown>>);
    };
    return Object.assign(call, { definition: defined });
  }
}

/**
 * Begins the definition of a live component: a part of a page with its own state and events. It shares its view's mailbox and
 * is identified by its definition and its id.
 *
 * @typeParam P the props that callers pass
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

// Views begin with liveView.define, without a call.
Object.defineProperty(liveComponent, "define", {
  value(): never {
    throw new HoldfastError("component_definition_invalid", {
      what: "liveComponent is called before define: its props are a type parameter.",
      expected: "liveComponent<Props>().define({ … })", got: "liveComponent.define({ … })",
      fix: "export const Like = liveComponent<{ post: Post }>().define({ render: ({ post }) => html`…` })",
    });
  },
});
