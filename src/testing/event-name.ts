/** An event's name, given as text or by its declaration in `holdfast/hooks`. */
export function nameOf(event: string | { readonly name: string }): string {
  return typeof event === "string" ? event : event.name;
}
