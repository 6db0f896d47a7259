/** What JS commands may be told, and how the client reads it. @module */

/** Values that travel as JSON. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue | undefined };

/**
 * Which elements a command acts on: a selector in the whole document, the closest ancestor that matches, or what matches
 * inside the element. Without it the command acts on the element itself.
 */
export type Selector = string | { readonly closest: string } | { readonly inner: string };

/** CSS classes of a transition: those during it, or [during, at its start, at its end]. Separated by spaces. */
export type Transition = string | readonly [during: string, from: string, to: string];

/** Where a command acts. */
export interface TargetOptions {
  /** Default: the element itself. */
  to?: Selector;
}

/** What `JS.push` may add to an event. */
export interface PushOptions {
  /** Sent with the event, over what the element's own `phx-value-*` give. */
  value?: Readonly<Record<string, JsonValue | undefined>>;
  /** A selector: the elements that show `phx-click-loading` until the answer. */
  loading?: string;
  /** True: the page shows that it is loading until the answer. Default false. */
  pageLoading?: boolean;
  /** Who gets it: a selector, or a live component's number. Default: who declared the event. */
  target?: string | number;
}

/** Where a command acts, and with what transition. */
export interface DisplayOptions extends TargetOptions {
  /** CSS classes while it happens. Default: none, at once. */
  transition?: Transition;
  /** How long the transition takes, ms. Default 200. */
  time?: number;
  /** False: the page goes on being patched during the transition. Default true: patches wait for its end. */
  blocking?: boolean;
}

/** How `JS.toggle` shows and hides. */
export interface ToggleOptions extends TargetOptions {
  /** The transition while it is shown. */
  in?: Transition;
  /** The transition while it is hidden. */
  out?: Transition;
  /** CSS `display` when shown. Default `block`, or what fits for table rows and cells. */
  display?: string;
  /** How long a transition takes, ms. Default 200. */
  time?: number;
  /** False: the page goes on being patched during the transition. Default true. */
  blocking?: boolean;
}

/** What a dispatched DOM event carries. */
export interface DispatchOptions extends TargetOptions {
  /** The event's `detail`. Not for `click`, whose detail is a number of the browser's. */
  detail?: Readonly<Record<string, JsonValue | undefined>>;
  /** Default true. */
  bubbles?: boolean;
  /** True: patches wait until the listener calls `event.detail.done()`. Default false. */
  blocking?: boolean;
}

/** Where and how a command acts, as the client reads it. */
export function display({ to, transition, time, blocking }: DisplayOptions): object {
  return { to, transition: steps(transition), time, blocking };
}

/** The client's form of a transition: three lists of classes. */
export function steps(transition: Transition | undefined): readonly string[][] | undefined {
  if (transition === undefined) return undefined;
  return typeof transition === "string" ? [words(transition), [], []] : transition.map(words);
}

/** `classList` takes no empty name. */
export function words(names: string): string[] {
  return names.split(/\s+/).filter(Boolean);
}
