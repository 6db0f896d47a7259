import { JS, type Commands, type EventRef } from "holdfast";

/**
 * One binding that pushes every event of a view or a component: `<i phx-click=${all(on)}></i>`. A page shows what a test
 * sends, because an event counts only if it is rendered.
 */
export function all(on: Readonly<Record<string, EventRef>>): Commands {
  return Object.values(on).reduce<Commands>((commands, ref) => commands.push(ref), JS);
}
