/** A navigation within the page: to another URL of the same view, or to another view. */
export interface Navigation {
  readonly kind: "patch" | "redirect";
  readonly to: string;
}

/**
 * The npm client's `dom.onDocumentPatch` that turns each navigation into a view transition. All other patches are applied
 * without one: a transition freezes the page while it runs, which must not happen for every counter. Users who asked their
 * system for reduced motion see none.
 *
 * @param wanted decides for which navigations
 */
export function viewTransitions(wanted: (navigation: Navigation) => boolean): (start: () => void) => void {
  let navigation: Navigation | undefined;
  addEventListener("phx:page-loading-start", (event) => {
    const { detail } = event as CustomEvent<{ kind: string; to?: string }>;
    if (detail.kind === "patch" || detail.kind === "redirect") navigation = { kind: detail.kind, to: detail.to ?? location.href };
  });
  addEventListener("phx:page-loading-stop", () => (navigation = undefined));
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  return (start) => {
    const transition = navigation !== undefined && !still.matches && "startViewTransition" in document && wanted(navigation);
    navigation = undefined;
    if (!transition) return start();
    // A skipped transition (by the next one, for instance) rejects; its patch has been applied anyway.
    document.startViewTransition(start).ready.catch(() => undefined);
  };
}
