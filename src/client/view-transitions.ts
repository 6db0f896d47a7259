/** A navigation within the page: to another URL of the same view, or to another view. */
export interface Navigation {
  readonly kind: "patch" | "redirect";
  readonly to: string;
}

/**
 * The npm client's `dom.onDocumentPatch` that makes a view transition of each navigation. All other patches are applied at
 * once: a transition holds the page still while it runs, which a counter must not do. Nothing moves for users who asked their
 * system for less motion.
 *
 * @param wanted says for which navigations
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
    // A transition that is skipped, by the next one for instance, rejects; its patch has been applied all the same.
    document.startViewTransition(start).ready.catch(() => undefined);
  };
}
