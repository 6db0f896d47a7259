/** Options of JS commands, and their form for the client. @module */
import { either, NUMBER, OBJECT, TEXT, YES_OR_NO, type Kind, type Shape } from "../errors/options.js";

/** Values that travel as JSON. */
type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue | undefined };

/**
 * The elements that a command acts on: a selector in the whole document, the closest matching ancestor, or matches inside the
 * element. Without it the command acts on the element itself.
 */
export type Selector = string | { readonly closest: string } | { readonly inner: string };

/** CSS classes of a transition: those during it, or [during, at its start, at its end]. Separated by spaces. */
export type Transition = string | readonly [during: string, from: string, to: string];

/** The target of a command. */
export interface TargetOptions {
  /** Default: the element itself. */
  to?: Selector;
}

/** What `JS.push` may add to an event. */
export interface PushOptions {
  /** Sent with the event; overrides the element's own `phx-value-*`. */
  value?: Readonly<Record<string, JsonValue | undefined>>;
  /** A selector: the elements that have `phx-click-loading` until the reply. */
  loading?: string;
  /** True: the page shows that it is loading until the reply. Default false. */
  pageLoading?: boolean;
  /** The receiver: a selector, or a live component's number. Default: the view or component that declared the event. */
  target?: string | number;
}

/** A command's target and transition. */
export interface DisplayOptions extends TargetOptions {
  /** CSS classes during the change. Default: none, without a transition. */
  transition?: Transition;
  /** How long the transition takes, ms. Default 200. */
  time?: number;
  /** False: the page is still patched during the transition. Default true: patches wait for its end. */
  blocking?: boolean;
}

/** How `JS.toggle` shows and hides. */
export interface ToggleOptions extends TargetOptions {
  /** The transition while it is shown. */
  in?: Transition;
  /** The transition while it is hidden. */
  out?: Transition;
  /** CSS `display` when shown. Default `block`, or the value for table rows and cells. */
  display?: string;
  /** How long a transition takes, ms. Default 200. */
  time?: number;
  /** False: the page is still patched during the transition. Default true. */
  blocking?: boolean;
}

/** Options of a dispatched DOM event. */
export interface DispatchOptions extends TargetOptions {
  /** The event's `detail`. Not for `click`, whose detail is a number set by the browser. */
  detail?: Readonly<Record<string, JsonValue | undefined>>;
  /** Default true. */
  bubbles?: boolean;
  /** True: patches wait until the listener calls `event.detail.done()`. Default false. */
  blocking?: boolean;
}

const SELECTOR: Kind = {
  called: 'a selector, { closest: "…" } or { inner: "…" }',
  fits(value) {
    if (typeof value === "string") return true;
    if (!OBJECT.fits(value)) return false;
    const [scope, ...others] = Object.entries(value as object);
    return others.length === 0 && scope !== undefined && (scope[0] === "closest" || scope[0] === "inner") && typeof scope[1] === "string";
  },
};

export const TRANSITION: Kind = {
  called: "classes as a text, or three of them: [during, from, to]",
  fits: (value) => typeof value === "string" || (Array.isArray(value) && value.length === 3 && value.every(TEXT.fits)),
};

const TARGET: Shape<TargetOptions> = { to: SELECTOR };
const TIMING = { ...TARGET, time: NUMBER, blocking: YES_OR_NO };
const DISPLAY: Shape<DisplayOptions> = { ...TIMING, transition: TRANSITION };
const NAVIGATION = { replace: YES_OR_NO };

/** The options of each command, as JavaScript may pass them. */
export const OPTIONS = {
  push: { value: OBJECT, loading: TEXT, pageLoading: YES_OR_NO, target: either(TEXT, NUMBER) } satisfies Shape<PushOptions>,
  show: { ...DISPLAY, display: TEXT },
  hide: DISPLAY,
  toggle: { ...TIMING, in: TRANSITION, out: TRANSITION, display: TEXT } satisfies Shape<ToggleOptions>,
  addClass: DISPLAY, removeClass: DISPLAY, toggleClass: DISPLAY, transition: TIMING,
  setAttribute: TARGET, removeAttribute: TARGET, toggleAttribute: TARGET, ignoreAttributes: TARGET,
  focus: TARGET, focusFirst: TARGET, pushFocus: TARGET, exec: TARGET,
  dispatch: { ...TARGET, detail: OBJECT, bubbles: YES_OR_NO, blocking: YES_OR_NO } satisfies Shape<DispatchOptions>,
  navigate: NAVIGATION, patch: NAVIGATION,
} as const;

/** A command's target and transition, in the client's form. */
export function display({ to, transition, time, blocking }: DisplayOptions): object {
  return { to, transition: steps(transition), time, blocking };
}

/** The client's form of a transition: three lists of classes. */
export function steps(transition: Transition | undefined): readonly string[][] | undefined {
  if (transition === undefined) return undefined;
  return typeof transition === "string" ? [words(transition), [], []] : transition.map(words);
}

/** `classList` refuses an empty name. */
export function words(names: string): string[] {
  return names.split(/\s+/).filter(Boolean);
}
