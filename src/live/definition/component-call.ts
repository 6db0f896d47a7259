import type { ComponentCall } from "../../html/index.js";

/** A live component, called in a template with its id and its props. */
export interface LiveComponent<P extends object> {
  (props: P & { readonly id: string }): ComponentCall;
  /** What the engine runs. */
  readonly definition: object;
}

/** A component's props. */
export type ComponentProps<C> = C extends (props: infer P) => ComponentCall ? Omit<P, "id"> : never;
